"""The files of a run: CSV and JSON Lines with some bad rows, and some files that are refused."""

import json
import random
from dataclasses import dataclass
from typing import Any

from entities.base import id_field
from tests.faults.history.events import ENTITY, Workload, fields_of
from tests.faults.injection.puts import Fields

EVENTS_A_FILE = 125
FEWEST_FILES = 8
ROWS = 20
BAD_ROWS = 0.15
KINDS = ("csv", "jsonl", "csv", "unknown column")


@dataclass(frozen=True)
class Row:
    """One row: its line in the file, and the entity that it describes. Bad rows have no key."""

    line: int
    key: str = ""
    fields: Fields = None

    @property
    def is_good(self) -> bool:
        """Return whether the row must become an event."""
        return bool(self.key)


@dataclass(frozen=True)
class File:
    """A file that its source uploads `at` some seconds after the first event.

    The name is unique. A refused file has no rows.
    """

    at: float
    source: str
    name: str
    content: bytes
    rows: tuple[Row, ...]

    @property
    def is_refused(self) -> bool:
        """Return whether the platform must refuse the whole file."""
        return not self.rows

    @property
    def bad_lines(self) -> list[int]:
        """Return the lines that must be rejected."""
        return [row.line for row in self.rows if not row.is_good]


def plan_files(workload: Workload, seed: int) -> list[File]:
    """Return the files of a run, evenly over its time."""
    draw = random.Random(seed)
    files: list[File] = []
    count = max(FEWEST_FILES, workload.events // EVENTS_A_FILE)
    for number in range(count):
        source = list(ENTITY)[number % len(ENTITY)]
        at = workload.seconds * number / count
        file_id = f"{workload.run}-f{number}"
        bad_lines = {n for n in range(ROWS) if draw.random() < BAD_ROWS}
        match KINDS[number % len(KINDS)]:
            case "csv":
                files.append(_table(at, source, file_id, bad_lines))
            case "jsonl":
                files.append(_json_lines(at, source, file_id, bad_lines, workload))
            case _:
                content = b"colour,size\nred,1\n"
                files.append(File(at, source, f"{file_id}.csv", content, ()))
    return files


def _table(at: float, source: str, file_id: str, bad_lines: set[int]) -> File:
    """Return a table in which each row describes an entity of its own."""
    name = ENTITY[source]
    columns = [id_field(name), *fields_of(name, 0)]
    lines, rows = [",".join(columns)], []
    for number in range(ROWS):
        fields = {id_field(name): f"{file_id}-{number}", **fields_of(name, number)}
        cells = [fields[column] for column in columns]
        is_bad = number in bad_lines
        lines.append(",".join([*cells, "one cell too many"] if is_bad else cells))
        line = number + 2  # The header is line 1.
        rows.append(Row(line) if is_bad else Row(line, f"{name}#{fields[id_field(name)]}", fields))
    return File(at, source, f"{file_id}.csv", "\n".join([*lines, ""]).encode(), tuple(rows))


def _json_lines(
    at: float, source: str, file_id: str, bad_lines: set[int], workload: Workload
) -> File:
    """Return events with ids and times, about the same entities as the posted events."""
    name = ENTITY[source]
    lines: list[str] = []
    rows: list[Row] = []
    for number in range(ROWS):
        entity_id = workload.entity_id()
        unique = f"{file_id} {number}"
        fields = {id_field(name): entity_id, **fields_of(name, 0), _free_field(name): unique}
        event: dict[str, Any] = {
            "entity_name": name,
            "id": f"{file_id}:{number}",
            "time": workload.past_time(number * workload.events // ROWS),
            "body": fields,
        }
        is_bad = number in bad_lines
        lines.append(json.dumps(event)[: -1 if is_bad else None])
        line = number + 1
        rows.append(Row(line) if is_bad else Row(line, f"{name}#{entity_id}", fields))
    return File(at, source, f"{file_id}.jsonl", "\n".join([*lines, ""]).encode(), tuple(rows))


def _free_field(name: str) -> str:
    """Return a field of the entity that takes any text."""
    return {"EQUIPMENT": "cat_id", "CONTRACT": "contract_name"}.get(name, "description")

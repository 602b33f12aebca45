"""Exports entities to a file as a whole or not at all, and as CSV that is safe in a spreadsheet."""

import csv
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any, Literal, TextIO
from uuid import uuid4

import typer
from pydantic_core import from_json, to_json

from ingestion.cli.entities.selection import ChangedSince, Selection, SourceFilter, StoredName
from ingestion.cli.entities.stored_entity import ExportNotes, model_fields_of, require_stored
from ingestion.cli.options import Env, ShowPersonal
from ingestion.cli.output import console, exit_with_error, json_text, open_progress
from ingestion.errors import printable
from ingestion.files.exported import BLANKS, ESCAPED_COLUMN, FORMULA_SIGNS, escape_formulas

EVENT_COLUMNS = ("id", "source", "time", "received_at", "stored_at")
_SIGN_IN_JSON = re.compile(f"(;[{BLANKS}]*)({FORMULA_SIGNS})")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)

Json = dict[str, Any]
ExportFormat = Literal["csv", "jsonl"]


def export(
    deployment: Env,
    entity: StoredName,
    file_format: Annotated[ExportFormat, typer.Option("--format", help="csv or jsonl.")] = "jsonl",
    to: Annotated[str, typer.Option(metavar="FILE", help="The file to write; - for stdout.")] = "-",
    source: SourceFilter = None,
    changed_since: ChangedSince = None,
    with_event: Annotated[
        bool, typer.Option("--with-event", help="In CSV, add columns for the event.")
    ] = False,
    show_personal: ShowPersonal = False,
) -> None:
    """Write all entities of a name to a file, with progress on stderr.

    `ingest upload` reads the file again, except for the columns of --with-event.
    """
    require_stored(deployment, entity)
    selection = Selection(deployment, entity, source, changed_since)
    entities = selection.read_entities(show_personal=show_personal)
    try:
        with open_atomic(to) as out, open_progress(is_hidden=out.isatty()) as progress:
            noted = ExportNotes(entities, entity, show_personal)
            found = progress.track(noted, description=entity)
            if file_format == "csv":
                write_csv(found, out, model_fields_of(entity), with_event)
            else:
                out.writelines(json_text(each) + "\n" for each in found)
    except BrokenPipeError:  # The reader, such as `head`, has enough.
        raise
    except OSError as error:
        exit_with_error(f"{to}: {error.strerror}")
    console.print(f"exported {progress.tasks[0].completed:.0f} {entity}")
    noted.print_notes()
    if not progress.tasks[0].completed:
        selection.print_none()


@contextmanager
def open_atomic(name: str) -> Iterator[TextIO]:
    """Open a file that appears under its name only when it is complete; - is stdout."""
    file = Path(name).resolve()  # Replace a link's target.
    if name == "-":
        if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8")  # As in a file, whatever the locale.
        yield sys.stdout
    elif file.exists() and not file.is_file():  # A pipe or a device.
        with file.open("w", encoding="utf-8", newline="") as out:
            yield out
    else:
        unfinished = file.with_name(f".{file.name}.{uuid4().hex}")
        try:
            with unfinished.open("w", encoding="utf-8", newline="") as out:
                if file.exists():
                    shutil.copymode(file, unfinished)
                yield out
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)


def write_csv(found: Iterable[Json], out: TextIO, fields: list[str], with_event: bool) -> None:
    """Write a column for each field, each further stored name and, if `with_event`, the event.

    The names are known only at the end, so the rows wait in a file that only this process can read.
    """
    with TemporaryFile("w+", encoding="utf-8") as kept:
        stored: set[str] = set()
        is_escaped = False
        for each in found:
            stored |= each["entity"].keys()
            is_escaped = is_escaped or bool(_escaped(each["entity"]))
            kept.write(to_json(each).decode() + "\n")
        kept.seek(0)
        columns = [*fields, *sorted(stored - set(fields))]
        events = EVENT_COLUMNS if with_event else ()
        _write_rows(map(from_json, kept), out, columns, events, is_escaped)


def _write_rows(
    rows: Iterable[Json], out: TextIO, columns: list[str], events: Sequence[str], is_escaped: bool
) -> None:
    """Write the header and the rows. The last column names the fields whose text is escaped."""
    last = [ESCAPED_COLUMN] if is_escaped else []
    writer = csv.writer(out)
    header = map(escape_formulas, columns)  # A stored name may be any text.
    writer.writerow([*header, *(f"event.{name}" for name in events), *last])
    for row in rows:
        fields, event = row["entity"], row["event"] or {}
        cells = map(_cell, [*map(fields.get, columns), *map(event.get, events)])
        line = [*cells, *(escape_formulas(" ".join(_escaped(fields))) for _ in last)]
        writer.writerow(map(printable, line) if out.isatty() else line)


def _escaped(fields: Json) -> list[str]:
    """Return the fields that CSV does not hold as they are: formulas, and texts without content."""
    return [
        name
        for name, value in fields.items()
        if isinstance(value, str) and (not value or _cell(value) != value)
    ]


def _cell(value: Any) -> str:
    r"""Return a value as a cell that no spreadsheet runs as a formula.

    In JSON, a sign after `;` and blanks becomes a \u escape.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value if _NUMBER.fullmatch(value) else escape_formulas(value)
    return _SIGN_IN_JSON.sub(lambda found: f"{found[1]}\\u{ord(found[2]):04x}", json_text(value))

"""Writes files: as a whole or not at all, and CSV that is safe to open in a spreadsheet."""

import csv
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from pydantic_core import to_json

from entities.base import Entity

EVENT_COLUMNS = ("id", "source", "time", "received_at", "stored_at")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Json = dict[str, Any]


@contextmanager
def open_atomic(name: str) -> Iterator[TextIO]:
    """Open a file that appears under its name only when it is complete; - is stdout."""
    file = Path(name).resolve()  # Replace a link's target.
    if name == "-":
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


def write_csv(found: Iterable[Json], out: TextIO, model: type[Entity], with_event: bool) -> None:
    """Write a column for each field of the model and, if `with_event`, of the event."""
    fields = list(model.model_fields)
    events = EVENT_COLUMNS if with_event else ()
    writer = csv.writer(out)
    writer.writerow([*fields, *(f"event.{name}" for name in events)])
    for entity in found:
        event = entity["event"] or {}
        values = [*map(entity["entity"].get, fields), *map(event.get, events)]
        writer.writerow(map(_cell, values))


def _cell(value: Any) -> str:
    """Return a value as a cell. An apostrophe keeps spreadsheets from running text."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else to_json(value).decode()
    is_formula = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text

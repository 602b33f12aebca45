"""Entities as files: JSON Lines as readers get them, or CSV that a spreadsheet may open."""

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
def open_whole(name: str) -> Iterator[TextIO]:
    """Open a file that is there when it is whole, and not before; - is stdout."""
    file = Path(name).resolve()  # A link stays one.
    if name == "-":
        yield sys.stdout
    elif file.exists() and not file.is_file():  # A pipe, or a device.
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


def write_json_lines(found: Iterable[Json], out: TextIO) -> None:
    """Each entity with its event on a line of its own."""
    for it in found:
        out.write(to_json(it).decode() + "\n")


def write_csv(found: Iterable[Json], out: TextIO, model: type[Entity], with_event: bool) -> None:
    """A column for each field of the model and, if wanted, for what is known of the event."""
    fields = list(model.model_fields)
    events = EVENT_COLUMNS if with_event else ()
    writer = csv.writer(out)
    writer.writerow([*fields, *(f"event.{name}" for name in events)])
    for it in found:
        values = [it["entity"].get(name) for name in fields]
        known = it["event"] or {}
        writer.writerow(map(_cell, [*values, *map(known.get, events)]))


def _cell(value: Any) -> str:
    """A value as a cell; an apostrophe keeps a spreadsheet from taking text for a formula."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else to_json(value).decode()
    is_formula = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text

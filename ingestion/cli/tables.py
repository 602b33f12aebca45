"""Prints tables that fit the terminal: columns and texts give way, then rows become records."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import typer
from pydantic_core import to_json
from rich import box
from rich.cells import cell_len
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from entities.faults import did_you_mean
from ingestion.cli.start.columns import Spare, Whole
from ingestion.errors import printable

Content = tuple[Iterable[str], Iterable[Iterable[Any]]]  # The columns' names, and the rows.
Line = tuple[str, ...]

UNLIMITED_WIDTH = 1_000_000  # Characters of a line in a pipe or a file.
_GAP = 2  # Between columns.
_MIN_TEXT = 20  # The width of a time. No text is shortened to less.
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{6}Z", re.ASCII)


@dataclass(frozen=True)
class Record:
    """The fields of one thing, which are printed on a line each and never shortened."""

    fields: Iterable[tuple[str, Any]]


def choose_columns(content: Content, wanted: str | None) -> Content:
    """Return the table with only the columns that `wanted` names, separated by commas.

    Raises typer.BadParameter for a column that the table does not have.
    """
    if wanted is None:
        return content
    columns, rows = list(content[0]), content[1]
    names = [name.strip() for name in wanted.split(",")]
    for name in names:
        if name not in columns:
            raise typer.BadParameter(
                f"unknown column {name!r}: there are {', '.join(columns)}"
                f"{did_you_mean(name, columns)}",
                param_hint="--columns",
            )
    places = [columns.index(name) for name in names]
    chosen = ([values[place] for place in places] for values in map(list, rows))
    return [_chosen(columns[place]) for place in places], chosen


def _chosen(column: str) -> str:
    """Return a column that no table leaves out."""
    return str(column) if isinstance(column, Spare) else column


def print_contents(contents: Iterable[Content | Record]) -> str:
    """Print tables and records with an empty line between them. Leave out tables without rows.

    Returns the printed text.
    """
    console = new_console(record=True)
    shown = [fit_content(content, console.width) for content in contents]
    for number, each in enumerate(filter(None, shown)):
        if number:
            console.print()
        console.print(each, crop=False)
    return console.export_text()


def new_console(*, record: bool = False) -> Console:
    """Return a console for stdout. A pipe or a file has lines of any length."""
    console = Console(markup=False, highlight=False, record=record)
    if not console.is_terminal:
        console.width = UNLIMITED_WIDTH
    return console


def fit_content(content: Content | Record, width: int) -> Table | Group | None:
    """Return a record, a table of at most this width, or a record for each row; None if no rows."""
    if isinstance(content, Record):
        fields = [([name], _line([name], [value])) for name, value in content.fields]
        return Group(*chain.from_iterable(_record(*field) for field in fields))
    columns = list(content[0])
    lines = [_line(columns, row) for row in content[1]]
    if not lines:
        return None
    for kept in _selections(columns):
        if table := _table_within(width, *_select(kept, columns, lines)):
            return table
    first, *others = (_record(columns, line, max_width=width) for line in lines)
    return Group(*first, *(text for record in others for text in (Text(), *record)))


def _selections(columns: Sequence[str]) -> Iterator[list[int]]:
    """Yield the places of all columns, then without the last spare column, and so on."""
    kept = list(range(len(columns)))
    yield kept
    for place in reversed(kept):
        if isinstance(columns[place], Spare):
            kept = [other for other in kept if other != place]
            yield kept


def _select(
    places: Sequence[int], columns: Sequence[str], lines: Sequence[Line]
) -> tuple[list[str], list[Line]]:
    chosen = [tuple(line[place] for place in places) for line in lines]
    return [columns[place] for place in places], chosen


def _table_within(width: int, columns: list[str], lines: list[Line]) -> Table | None:
    """Return the table, or None if the table is wider than the terminal."""
    names = list(map(printable, columns))
    for headers in (names, [name.replace("_", "_\n") for name in names]):
        widths = _least_widths(columns, headers, lines)
        if sum(widths) + _GAP * (len(widths) - 1) <= width:
            return _table(columns, headers, widths, lines)
    return None


def _line(columns: Iterable[str], values: Iterable[Any]) -> Line:
    """Return values as printable text, and times to the second."""
    texts = (printable(value_text(value)) for value in values)
    return tuple(
        f"{time[1]}Z" if not isinstance(column, Whole) and (time := _TIME.fullmatch(text)) else text
        for column, text in zip(columns, texts, strict=True)
    )


def value_text(value: Any) -> str:
    """Return a value as text, and a boolean, a list or an object as JSON."""
    if value is None:
        return ""
    return to_json(value).decode() if isinstance(value, bool | list | dict) else str(value)


def _least_widths(columns: list[str], headers: list[str], lines: list[Line]) -> list[int]:
    """Return the width below which each column would lose its header, or more than a text may."""
    by_header = [max(map(cell_len, header.split("\n"))) for header in headers]
    full = [
        max(width, *map(cell_len, cells))
        for width, cells in zip(by_header, zip(*lines, strict=True), strict=True)
    ]
    # All texts have the same least width, because Rich shortens the longest columns alike.
    texts = (w for c, w in zip(columns, by_header, strict=True) if not isinstance(c, Whole))
    floor = max([_MIN_TEXT, *texts])
    return [
        width if isinstance(column, Whole) else min(width, floor)
        for column, width in zip(columns, full, strict=True)
    ]


def _table(
    columns: list[str], headers: list[str], widths: list[int], lines: Iterable[Line]
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column, header, width in zip(columns, headers, widths, strict=True):
        table.add_column(Text(header), min_width=width, no_wrap=isinstance(column, Whole))
    for line in lines:
        table.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in line))
    return table


def _record(columns: Sequence[str], line: Line, max_width: int | None = None) -> Iterator[Text]:
    """Yield a line for each value that is not empty. Only texts are shortened to a width.

    The terminal itself wraps a line that is too long, so that a copy has no line break.
    """
    for column, value in zip(columns, line, strict=True):
        text = Text(f"{printable(column)}: {value}", no_wrap=True, overflow="ignore")
        if max_width and not isinstance(column, Whole):
            text.truncate(max_width, overflow="ellipsis")
        if value:
            yield text

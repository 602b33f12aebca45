"""Prints tables that fit the terminal: texts are shortened, then each row becomes a record."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingestion.cli.suggestions import did_you_mean
from ingestion.errors import printable

Content = tuple[Iterable[str], Iterable[Iterable[Any]]]  # The columns' names, and the rows.
Line = tuple[str, ...]

_UNLIMITED = 1_000_000  # Characters of a line in a pipe or a file.
_GAP = 2  # Between columns.
_MIN_TEXT = 20  # The width of a time. No text is shortened to less.
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{6}Z", re.ASCII)


class Whole(str):
    """The name of a column whose values are never shortened, such as ids."""


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
    return [columns[place] for place in places], chosen


def print_content(content: Content | Record) -> None:
    """Print a table or a record. A table without rows is not printed."""
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = _UNLIMITED
    if isinstance(content, Record):
        for name, value in content.fields:
            _print_record(console, [name], _line([name], [value]), is_short=False)
        return
    columns = list(content[0])
    lines = [_line(columns, row) for row in content[1]]
    if not lines:
        return
    names = list(map(printable, columns))
    for headers in (names, [name.replace("_", "_\n") for name in names]):
        widths = _least_widths(columns, headers, lines)
        if sum(widths) + _GAP * (len(widths) - 1) <= console.width:
            console.print(_table(columns, headers, widths, lines))
            return
    for number, line in enumerate(lines):
        if number:
            console.print()
        _print_record(console, columns, line, is_short=True)


def _line(columns: Iterable[str], values: Iterable[Any]) -> Line:
    """Return values as printable text, and times to the second."""
    texts = ("" if value is None else printable(str(value)) for value in values)
    return tuple(
        f"{time[1]}Z" if not isinstance(column, Whole) and (time := _TIME.fullmatch(text)) else text
        for column, text in zip(columns, texts, strict=True)
    )


def _least_widths(columns: list[str], headers: list[str], lines: list[Line]) -> list[int]:
    """Return the width below which each column would lose its header, or more than a text may."""
    by_header = [max(map(cell_len, header.split("\n"))) for header in headers]
    full = [
        max(width, *map(cell_len, cells))
        for width, cells in zip(by_header, zip(*lines, strict=True), strict=True)
    ]
    # All texts have the same least width, because Rich shortens the longest columns alike.
    floor = max(_MIN_TEXT, *by_header)
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


def _print_record(console: Console, columns: Sequence[str], line: Line, *, is_short: bool) -> None:
    """Print the values that are not empty. The terminal itself wraps what it must not lose."""
    for column, value in zip(columns, line, strict=True):
        text = Text(f"{printable(column)}: {value}")
        is_whole = isinstance(column, Whole)
        if is_short and not is_whole:
            text.truncate(console.width, overflow="ellipsis")
        if value:
            console.print(text, overflow="ignore", no_wrap=is_whole, crop=False)

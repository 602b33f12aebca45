"""The output of commands: data on stdout, messages on stderr, exit codes."""

import sys
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, NoReturn

import rich.progress
import simplejson
import typer
from pydantic_core import to_json
from rich.console import Console
from rich.table import Table

from ingestion.cli.options import Output

Content = tuple[Iterable[str], Iterable[Iterable[Any]]]  # The columns' names, and the rows.

console = Console(stderr=True, markup=False, highlight=False)

_MAX_LINES = 20


class ExitCode(IntEnum):
    """The exit codes."""

    UNREACHABLE = 1
    WRONG_USAGE = 2
    NOT_FOUND = 3
    REJECTED = 4
    NOT_PUBLISHED = 5


def print_data(output: Output, document: Any, *tables: Content) -> None:
    """Print the document as JSON, or the tables."""
    if output == "json":
        print_json(document)
    else:
        for columns, rows in tables:
            table = Table()
            for column in columns:
                table.add_column(column, overflow="fold")  # A shortened id is useless.
            for row in rows:
                table.add_row(*("" if value is None else printable(str(value)) for value in row))
            Console(markup=False, highlight=False).print(table)


def print_json(document: Any) -> None:
    """Print a document as JSON."""
    sys.stdout.write(to_json(document, indent=2, bytes_mode="base64").decode() + "\n")


def print_first(lines: Sequence[str]) -> None:
    """Print the first of many messages."""
    for line in lines[:_MAX_LINES]:
        console.print(printable(line))
    if len(lines) > _MAX_LINES:
        console.print(f"… and {len(lines) - _MAX_LINES} more: see -o json")


def printable(text: str) -> str:
    """Replace the characters that would control a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def exit_with_error(message: str, code: ExitCode = ExitCode.WRONG_USAGE) -> NoReturn:
    """Print why the command ends, and end it."""
    console.print(message)
    raise typer.Exit(code)


def write_exact_json(document: Any) -> str:
    """Return JSON without blanks. A `Decimal` becomes a number with all its digits."""
    return simplejson.dumps(document, ensure_ascii=False, separators=(",", ":"))


def open_progress(*, is_hidden: bool = False) -> rich.progress.Progress:
    """Return a progress display on stderr, hidden if the terminal shows the data itself."""
    columns = (rich.progress.SpinnerColumn(), "{task.completed} {task.description}")
    is_hidden = is_hidden or not console.is_terminal
    # A hidden progress that refreshes by itself stops counting after a tenth of a second.
    return rich.progress.Progress(
        *columns, console=console, transient=True, disable=is_hidden, auto_refresh=not is_hidden
    )

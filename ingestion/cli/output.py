"""How the commands answer: data on stdout, talk on stderr, exit codes."""

import sys
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, NoReturn

import typer
from pydantic_core import to_json
from rich.console import Console
from rich.table import Table

from ingestion.cli.options import Output

Columns = Iterable[str]
Rows = Iterable[Iterable[Any]]

talk = Console(stderr=True, markup=False, highlight=False)

_TOLD = 20


class Code(IntEnum):
    """The exit codes."""

    UNREACHABLE = 1
    WRONG_USAGE = 2
    NOT_FOUND = 3
    REFUSED = 4
    NOT_TAKEN = 5


def print_data(output: Output, document: Any, *tables: tuple[Columns, Rows]) -> None:
    """Print the document for programs, or the tables for people."""
    if output == "json":
        print_json(document)
    else:
        for columns, rows in tables:
            print_table(columns, rows)


def print_json(document: Any) -> None:
    """Print data for programs."""
    sys.stdout.write(to_json(document, indent=2).decode() + "\n")


def print_table(columns: Columns, rows: Rows) -> None:
    """Print data for people."""
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")  # An id cut short is of no use.
    for row in rows:
        table.add_row(*("" if value is None else cell(str(value)) for value in row))
    Console(markup=False, highlight=False).print(table)


def tell(lines: Sequence[str]) -> None:
    """Say the first of many things."""
    for line in lines[:_TOLD]:
        talk.print(cell(line))
    if len(lines) > _TOLD:
        talk.print(f"… and {len(lines) - _TOLD} more: see -o json")


def cell(text: str) -> str:
    """Text without what would steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def stop(message: str, code: Code = Code.WRONG_USAGE) -> NoReturn:
    """End the command, saying why."""
    talk.print(message)
    raise typer.Exit(code)

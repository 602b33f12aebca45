"""What the commands share: data on stdout, talk on stderr, exit codes."""

import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import typer
from pydantic_core import to_json
from rich.console import Console
from rich.table import Table

UNREACHABLE, WRONG_USAGE, NOT_FOUND, REFUSED, NOT_TAKEN = 1, 2, 3, 4, 5

talk = Console(stderr=True, markup=False, highlight=False)

_AGE = re.compile(r"(\d{1,6})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Output(StrEnum):
    """How data is shown: to people or to programs."""

    TABLE = "table"
    JSON = "json"


Env = Annotated[str, typer.Option("--env", help="The environment: local, dev, prod, …")]
Shown = Annotated[Output, typer.Option("--output", "-o", help="table or json.")]
ShowPersonal = Annotated[
    bool, typer.Option("--show-personal", help="Show what is personal, or may be, too.")
]


def moment(text: str) -> datetime:
    """A moment as RFC 3339 or as an age such as 2h."""
    try:
        if age := _AGE.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{_UNITS[age[2]]: int(age[1])})
        moment = datetime.fromisoformat(text.upper())
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter("must be an age such as 30m, 2h or 7d, or a time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def print_json(document: Any) -> None:
    """Print data for programs."""
    sys.stdout.write(to_json(document, indent=2).decode() + "\n")


def print_table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print data for people."""
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")  # An id cut short is of no use.
    for row in rows:
        table.add_row(*("" if value is None else cell(str(value)) for value in row))
    Console(markup=False, highlight=False).print(table)


def cell(text: str) -> str:
    """Text without what would steer a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def stop(message: str, code: int) -> NoReturn:
    """End the command, saying why."""
    talk.print(message)
    raise typer.Exit(code)

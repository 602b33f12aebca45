"""The output of commands: data on stdout, messages on stderr, exit codes."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, NoReturn

from pydantic_core import to_json
from rich.console import Console

from ingestion.cli.options import Output
from ingestion.cli.suggestions import unknown_name
from ingestion.cli.tables import Content, Record, print_contents
from ingestion.errors import IngestionError, printable
from ingestion.intake.hidden_values import HIDDEN


class MessageConsole(Console):
    """Prints messages on stderr. No text in them controls the terminal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(stderr=True, markup=False, highlight=False, **options)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print texts without control characters, and Rich's own objects unchanged.

        Soft: a terminal itself wraps long lines, so that a copied command or id has no line break.
        """
        shown = (_printable_lines(each) if isinstance(each, str) else each for each in objects)
        super().print(*shown, **{"soft_wrap": True} | options)


console = MessageConsole()

_MAX_LINES = 20
_MAX_THINGS = 5  # Named for one message.


class ExitCode(IntEnum):
    """The exit codes."""

    UNREACHABLE = 1
    WRONG_USAGE = 2
    NOT_FOUND = 3
    REJECTED = 4
    NOT_PUBLISHED = 5


def print_data(output: Output, document: Any, *contents: Content | Record) -> None:
    """Print the document as JSON, or the tables and records."""
    if output == "json":
        print_json(document)
    else:
        _note_hidden(print_contents(contents))


def print_none(noun: str, filters: Mapping[str, str | datetime | None]) -> None:
    """Print that there is nothing of a kind, or that no such thing matches the options."""
    given = ", ".join(f"{option} {_shown(value)}" for option, value in filters.items() if value)
    console.print(f"No {noun} matches: {given}." if given else f"No {noun} is stored.")


def _shown(value: str | datetime) -> str:
    return value if isinstance(value, str) else f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def print_json(document: Any) -> None:
    """Print a document as JSON."""
    sys.stdout.write(json_text(document, indent=2) + "\n")


def json_text(document: Any, indent: int | None = None) -> str:
    """Return a document as JSON. It escapes all characters that would control a terminal."""
    return printable_json(to_json(document, indent=indent, bytes_mode="base64").decode())


def printable_json(text: str) -> str:
    """Return the text of a JSON document without characters that would control a terminal."""
    if text.replace("\n", "").isprintable():  # Most rows of an export are.
        return text
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def print_all(lines: Iterable[str]) -> None:
    """Print each line as soon as there is one."""
    for line in lines:
        console.print(line)


def print_grouped(
    noun: str, messages: Iterable[tuple[int | str, str]], total: int | None = None
) -> None:
    """Print the first of many messages, each once, with the things that it is about.

    A thing is named by its id or its number: `3 lines (1, 2, 5): …`, `9 lines (1 to 9): …`. If a
    message is about all of many things, `total`, they are not named: `all 9 lines: …`.
    """
    print_first(grouped_lines(noun, messages, total))


def grouped_lines(
    noun: str, messages: Iterable[tuple[int | str, str]], total: int | None = None
) -> list[str]:
    """Return each message once, with the things that it is about."""
    things: dict[str, list[int | str]] = {}
    for thing, text in messages:
        things.setdefault(text, []).append(thing)
    return [f"{_named(noun, each, total)}: {text}" for text, each in things.items()]


def _named(noun: str, things: Sequence[int | str], total: int | None) -> str:
    if len(things) == total and total > _MAX_THINGS:
        return f"all {total} {noun}s"
    if len(things) == 1:
        return f"{noun} {things[0]}" if isinstance(things[0], int) else things[0]
    first, last = things[0], things[-1]
    if isinstance(first, int) and isinstance(last, int) and last - first == len(things) - 1:
        return f"{len(things)} {noun}s ({first} to {last})"
    more = ["…"] if len(things) > _MAX_THINGS else []
    return f"{len(things)} {noun}s ({', '.join([*map(str, things[:_MAX_THINGS]), *more])})"


def print_first(lines: Sequence[str]) -> None:
    """Print the first of many messages."""
    for line in lines[:_MAX_LINES]:
        console.print(line)
    if len(lines) > _MAX_LINES:
        console.print(f"… and {len(lines) - _MAX_LINES} more: see -o json")
    _note_hidden(*lines)


def _note_hidden(*texts: str) -> None:
    if any(HIDDEN in text for text in texts):
        console.print(f"{HIDDEN} replaces personal data: pass --show-personal to show it")


def _printable_lines(text: str) -> str:
    """Replace the characters that would control a terminal, except for the ends of lines."""
    return "\n".join(map(printable, text.split("\n")))


class CommandFailed(IngestionError):
    """Ends a command: its message says why. `exit_code` is that of the command."""

    def __init__(self, message: str, exit_code: ExitCode) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def exit_with_error(message: str, code: ExitCode = ExitCode.WRONG_USAGE) -> NoReturn:
    """End the command with this message. Raises CommandFailed."""
    raise CommandFailed(message, code)


def require_known(environment: str, noun: str, name: str, known: Iterable[str]) -> None:
    """End the command if the environment has no such thing."""
    names = list(known)
    if name not in names:
        exit_with_error(f"{environment} has {unknown_name(noun, name, names)}")

"""Prints what needs attention: each problem, and below it the command to run next."""

from collections.abc import Iterable
from itertools import chain

from rich.console import Console, RenderableType
from rich.text import Text

_NEXT = "  Next: "  # Begins a line that is never wrapped, because its command is to be copied.
Problem = tuple[str, str]  # What is wrong, and the next command.


def attention_lines(problems: Iterable[Problem]) -> list[str]:
    """Return a line for each problem, and one for its next command, below their heading."""
    pairs = ((f"- {text}", f"{_NEXT}{command}") for text, command in problems)
    lines = list(chain.from_iterable(pairs))
    return ["Needs attention:" if lines else "Nothing needs attention.", *lines]


def print_line(console: Console, line: RenderableType) -> None:
    """Print a line. Only a text is wrapped at words."""
    is_text = isinstance(line, Text) and not line.plain.startswith(_NEXT)
    console.print(line, crop=False, soft_wrap=not is_text)


def print_attention(console: Console, problems: Iterable[Problem]) -> None:
    """Print the problems, and the next command of each."""
    for line in attention_lines(problems):
        print_line(console, Text(line))

"""The type that every reader yields: a line, and its row or the reason why it is unreadable."""

from typing import Any, NamedTuple

MAX_CELL_CHARACTERS = 131_072


class UnreadableRow(NamedTuple):
    """The reason why a row cannot be read, and its text."""

    message: str
    text: str


# The line on which the row begins (from 1), and its content or `UnreadableRow`.
Row = tuple[int, Any]

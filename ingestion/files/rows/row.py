"""What every reader yields: a row and its line, or the reason why it cannot be read."""

from typing import Any, NamedTuple

MAX_CELL_CHARACTERS = 131_072


class Unreadable(NamedTuple):
    """Why a row cannot be read, and the text in its place."""

    message: str
    text: str


Row = tuple[int, Any]  # The line on which the row begins (from 1), and its content or `Unreadable`.

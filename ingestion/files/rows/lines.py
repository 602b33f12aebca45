"""Reads the lines of a text in bounded memory, and says what is wrong with them."""

from collections.abc import Iterator
from functools import partial
from io import TextIOWrapper
from itertools import chain

from ingestion.files.rows.framing import LINE_ENDS
from ingestion.files.rows.row import Row, Unreadable

MAX_LINE_CHARACTERS = 1_000_000  # Also of the lines of one row. An event has at most 240 KB.
MAX_KEPT_CHARACTERS = 4_000  # Of a row that cannot be read: more than its report shows.
_REPLACEMENT = "\ufffd"  # What decoding puts where bytes are not of the encoding.
_NOT_DECODED = "has bytes that are not of the file's encoding, or the character U+FFFD"


class Lines:
    """Holds the lines of a text for a reader that may take several for one row.

    The present row begins in line `number`, `taken` are its lines so far, and `fault` says what
    is wrong with one of them. Iterating stops where the text ends, and after the line, or piece of
    a line, with which a row becomes too long: `taken` ends with it.
    """

    def __init__(self, text: TextIOWrapper, max_characters: int = MAX_LINE_CHARACTERS) -> None:
        self._max_characters = max_characters
        self._read_line = partial(text.readline, max_characters + 1)
        self._cut = ""
        self.number = 1
        self.taken: list[str] = []
        self.fault = ""

    def __iter__(self) -> Iterator[str]:
        taken = self.taken
        characters = 0
        for line in self.pieces():
            characters = characters + len(line) if taken else len(line)
            taken.append(line)
            if characters > self._max_characters:
                self.fault = self.fault or f"must have at most {self._max_characters} characters"
                return
            if "\0" in line:
                self.fault = self.fault or "must not contain NUL characters"
            elif _REPLACEMENT in line:
                self.fault = self.fault or _NOT_DECODED
            yield line

    def pieces(self) -> Iterator[str]:
        """Yield the lines that are not yet read, those that are too long in pieces."""
        while piece := self._read_line():
            if self._cut:
                is_split_end = piece == "\n" and self._cut.endswith("\r")
                self._cut = ""
                if is_split_end:
                    continue
            if len(piece) > self._max_characters:
                self._cut = piece
            yield piece

    def start_row(self, number: int) -> None:
        """Forget the present row: the next begins in line `number`."""
        self.number = number
        self.taken.clear()
        self.fault = ""

    def beginning(self) -> str:
        """Return what is kept of the lines taken."""
        return "".join(self.taken)[:MAX_KEPT_CHARACTERS]


def read_lines(text: TextIOWrapper, max_characters: int = MAX_LINE_CHARACTERS) -> Iterator[Row]:
    """Yield each line of JSON Lines, not yet parsed, and skip empty lines."""
    lines = Lines(text, max_characters)
    is_at_end = False
    while not is_at_end:
        for line in lines:
            if lines.fault:
                yield lines.number, Unreadable(lines.fault, lines.beginning())
            elif not line.isspace():
                yield lines.number, line
            lines.start_row(lines.number + 1)
        is_at_end = not lines.taken
        if lines.taken:
            yield _skip_line(lines)


def _skip_line(lines: Lines) -> Row:
    """Return why a line that is too long is no row, and read on to its end."""
    number, refused = lines.number, Unreadable(lines.fault, lines.beginning())
    for piece in chain(lines.taken, lines.pieces()):
        if piece[-1] in LINE_ENDS:
            break
    lines.start_row(number + 1)
    return number, refused

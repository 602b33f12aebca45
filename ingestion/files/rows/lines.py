"""Read the lines of a text in bounded memory, and report what is wrong with them."""

from codecs import register_error
from collections.abc import Iterator
from functools import partial
from typing import TextIO

from ingestion.files.rows.framing import LINE_ENDS
from ingestion.files.rows.row import Row, UnreadableRow

MAX_LINE_CHARACTERS = 1_000_000  # Also of the lines of one row. An event has at most 240 KB.
MAX_KEPT_CHARACTERS = 4_000  # Of a row that cannot be read: more than its report shows.
MARK_WRONG_BYTES = "mark_wrong_bytes"  # The name of an error handler of codecs.
# No codec of the catalog decodes to it. Encoded by "surrogateescape" it is no UTF-8.
WRONG_BYTES = "\udcff"
NOT_OF_ENCODING = (
    "has bytes that are not of the file's encoding: UTF-8, or files.encoding of the source"
)


def _mark_wrong_bytes(error: UnicodeError) -> tuple[str, int]:
    """Replace wrong bytes by a mark. Raises the error if the file ends within a character.

    Such a file of UTF-16 or UTF-32 is cut, or all its characters are shifted.
    """
    if not isinstance(error, UnicodeDecodeError) or error.reason == "truncated data":
        raise error
    return WRONG_BYTES, error.end


register_error(MARK_WRONG_BYTES, _mark_wrong_bytes)


class Lines:
    """Hold the lines of a text for a reader that may take several lines for one row.

    The current row begins in line `number`. `row_lines` holds its lines so far, and `fault` says
    what is wrong with one of them. Iterating stops at the end of the text. It also stops after the
    line, or piece of a line, that makes a row too long: `row_lines` ends with it.
    """

    def __init__(self, text: TextIO, max_characters: int) -> None:
        self._max_characters = max_characters
        self._read_line = partial(text.readline, max_characters + 1)
        self._last_piece = ""
        self.number = 1
        self.row_lines: list[str] = []
        self.fault = ""

    def __iter__(self) -> Iterator[str]:
        row_lines = self.row_lines
        characters = 0
        for line in self.pieces():
            characters = characters + len(line) if row_lines else len(line)
            row_lines.append(line)
            self.fault = self.fault or _fault_of(line, characters, self._max_characters)
            if characters > self._max_characters:
                return
            yield line

    def pieces(self) -> Iterator[str]:
        """Yield the lines that are not yet read, and those that are too long in pieces."""
        while piece := self._read_line():
            is_second_half_of_end = piece == "\n" and self._last_piece.endswith("\r")
            self._last_piece = piece
            if not is_second_half_of_end:
                yield piece

    def start_row(self, number: int) -> None:
        """Discard the current row. The next row begins in line `number`."""
        self.number = number
        self.row_lines.clear()
        self.fault = ""


def _fault_of(line: str, characters: int, max_characters: int) -> str:
    if characters > max_characters:
        return f"must have at most {max_characters} characters"
    if "\0" in line:
        return "must not contain NUL characters"
    if WRONG_BYTES in line:
        return NOT_OF_ENCODING
    return ""


def read_lines(text: TextIO, max_characters: int = MAX_LINE_CHARACTERS) -> Iterator[Row]:
    """Yield each line of JSON Lines, not yet parsed, and skip empty lines."""
    number, is_in_line = 0, False
    for piece in Lines(text, max_characters).pieces():
        is_rest, is_in_line = is_in_line, piece[-1] not in LINE_ENDS
        if is_rest:
            continue
        number += 1
        if fault := _fault_of(piece, len(piece), max_characters):
            yield number, UnreadableRow(fault, piece[:MAX_KEPT_CHARACTERS])
        elif not piece.isspace():
            yield number, piece

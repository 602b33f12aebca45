"""Follows the framing of a table's text: where its cells and rows end, whatever they hold."""

import re
from collections.abc import Iterable
from functools import cache

LINE_ENDS = "\r\n"
# The shortest texts of a cell: each stands for all texts after which a reader is in its state.
_NOTHING, _UNQUOTED, _QUOTED, _QUOTED_UP_TO_A_QUOTE = "", "\0", '"', '""'


class Framing:
    """Follows one row through its text, by the rules of Python's `csv` module.

    A quote opens at the beginning of a cell only, and two quotes inside it stand for one. Text
    after a closing quote belongs to the cell, up to the next delimiter or the line's end.
    """

    def __init__(self, delimiter: str, first_line: int) -> None:
        self._cells = _cells(delimiter)
        self._cell = _NOTHING
        self._is_in_line = False
        self.last_line = first_line - 1  # To which the last piece belongs.
        self.quote_line = first_line  # In which the quote was opened, if one is open.

    @property
    def is_quoted(self) -> bool:
        """Return whether a quote is open."""
        return self._cell == _QUOTED

    @property
    def is_complete(self) -> bool:
        """Return whether the row has ended with the last piece."""
        return not (self._is_in_line or self.is_quoted)

    def follow(self, pieces: Iterable[str]) -> None:
        """Take lines, or pieces of them, until the row is complete or there are no more."""
        for piece in pieces:
            if not self._is_in_line:
                self.last_line += 1
            self._is_in_line = piece[-1] not in LINE_ENDS
            if self._cell != _QUOTED or '"' in piece:
                self._follow_cells(piece)
                if self.is_complete:
                    return

    def _follow_cells(self, piece: str) -> None:
        """Go on from the present cell to the one in which the piece ends."""
        text = self._cell + piece
        found = self._cells.match(text)
        start, end = found.span(1) if found else (0, 0)
        if start or not self._cell:
            self.quote_line = self.last_line
        if start == end:
            self._cell = _UNQUOTED if start < len(text) else _NOTHING
        else:
            left = len(text) - end
            self._cell = (_QUOTED, _QUOTED_UP_TO_A_QUOTE, _UNQUOTED)[min(left, 2)]


@cache
def _cells(delimiter: str) -> re.Pattern[str]:
    """Match cells up to their delimiters, then, as a group, the quoted text of the last cell.

    Possessive throughout, so that no text takes more than linear time.
    """
    quoted = '"[^"]*+(?:""[^"]*+)*+'
    end = re.escape(delimiter)
    return re.compile(f'(?:(?:{quoted}"|(?!"))[^{end}]*+{end})*+((?:{quoted})?+)')

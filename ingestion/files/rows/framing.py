"""Find where a row of a table ends, whatever its cells hold."""

import re

LINE_ENDS = "\r\n"


class Framing:
    """Follow one row through its text, by the rules of Python's `csv` module.

    A quote opens only at the start of a cell. A delimiter or a line end inside quotes is text. Two
    quotes inside quotes count as closing and opening again, which frames a row in the same way.
    """

    def __init__(self, delimiter: str, first_line: int) -> None:
        self._cells = _complete_cells(delimiter)
        self._cell = ""  # The first character of the unfinished cell.
        self._is_in_line = False
        self.last_line = first_line - 1  # The line of the last piece.
        self.quote_line = first_line  # The line in which the last cell began.

    @property
    def is_quoted(self) -> bool:
        """Return whether a quote is open."""
        return self._cell == '"'

    @property
    def is_complete(self) -> bool:
        """Return whether the row ended with the last piece."""
        return not (self._is_in_line or self.is_quoted)

    def follow(self, piece: str) -> None:
        """Follow the next line of the row, or the next piece of a line."""
        if not self._is_in_line:
            self.last_line += 1
        self._is_in_line = piece[-1] not in LINE_ENDS
        if self.is_quoted and '"' not in piece:
            return
        text = self._cell + piece
        unfinished = self._cells.sub("", text, count=1)
        if unfinished != text or not self._cell:
            self.quote_line = self.last_line
        self._cell = unfinished[:1]


def _complete_cells(delimiter: str) -> re.Pattern[str]:
    """Match complete cells at the start. An open quote or an unquoted cell may follow them.

    The pattern is possessive, so that every text takes linear time.
    """
    end = re.escape(delimiter)
    return re.compile(f'(?:"[^"]*+"|(?:[^"{end}][^{end}]*+)?+{end})*+')

"""Finds how the text of a table is written: its encoding, and what is between its cells."""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from io import StringIO
from itertools import islice

_DELIMITERS = (",", ";", "\t", "|")
_ROWS = 20  # That must have equally many cells.


def encoding_of(content: bytes) -> str | None:
    """Return the encoding of a table; None if its bytes are of none that is known."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    return next((name for name in ("utf-8-sig", "cp1252") if _decodes(content, name)), None)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(text: str) -> str | None:
    """Return what makes the most cells of the first rows, equally many in each; None if nothing."""
    cells = {delimiter: _cells(text, delimiter) for delimiter in _DELIMITERS}
    best = max(cells, key=lambda delimiter: cells[delimiter])
    return best if cells[best] > 1 else None


def _cells(text: str, delimiter: str) -> int:
    """Return the number of cells in each row, or 0 if rows differ."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        counts = {len(row) for row in islice(filter(None, reader), _ROWS)}
    except csv.Error:
        return 0
    return counts.pop() if len(counts) == 1 else 0

"""Read the rows of CSV and TSV. Quotes alone decide where a row ends."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain

from ingestion.files.rows.framing import Framing
from ingestion.files.rows.lines import MAX_KEPT_CHARACTERS, MAX_LINE_CHARACTERS, Lines
from ingestion.files.rows.row import MAX_CELL_CHARACTERS, Row, UnreadableRow

csv.field_size_limit(MAX_CELL_CHARACTERS)


def read_table(
    text: TextIOWrapper, delimiter: str, max_characters: int = MAX_LINE_CHARACTERS
) -> Iterator[Row]:
    """Yield each row of CSV (RFC 4180) as a list of cells, and skip rows whose cells are blank.

    Quotes alone decide where a row ends, whatever its cells hold. If a quote is never closed, the
    row reaches to the end of the file and cannot be read.
    """
    lines = Lines(text, max_characters)
    is_at_end = False
    while not is_at_end:
        reason = ""
        try:
            for cells in csv.reader(lines, delimiter=delimiter, strict=True):
                if lines.fault:
                    yield _skip_unreadable_row(lines, delimiter, lines.fault)
                    continue
                if cells and (cells[0].strip() or any(map(str.strip, cells))):
                    yield lines.number, cells
                lines.start_row(lines.number + len(lines.row_lines))
        except csv.Error as error:
            reason = _reason(error)
        is_at_end = not lines.row_lines
        if lines.row_lines:
            yield _skip_unreadable_row(lines, delimiter, lines.fault or reason)


def _reason(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"has a cell of more than {MAX_CELL_CHARACTERS} characters"
    return "has text after a closing quote: double each quote inside a quoted cell"


def _skip_unreadable_row(lines: Lines, delimiter: str, reason: str) -> Row:
    """Read to the end of the current row, and return why the row cannot be read."""
    first, text = lines.number, ""
    framing = Framing(delimiter, first)
    for piece in chain(lines.row_lines, lines.pieces()):
        framing.follow(piece)
        if len(text) < MAX_KEPT_CHARACTERS:
            text += piece
        if framing.is_complete:
            break
    lines.start_row(framing.last_line + 1)
    return first, UnreadableRow(_message(reason, framing, first), text[:MAX_KEPT_CHARACTERS])


def _message(reason: str, framing: Framing, first: int) -> str:
    last = framing.last_line
    if framing.is_quoted:
        lines = f"lines {first} to {last} are refused; " if last > first else ""
        quote = f"opens a quote in line {framing.quote_line} that is never closed"
        return f"{quote}: {lines}close the quote"
    return f"{reason} (lines {first} to {last})" if last > first else reason

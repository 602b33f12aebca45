"""Take the header off a table. A header that occurs again is no row."""

from collections.abc import Iterator

from ingestion.errors import RefusedFile
from ingestion.files.rows.row import Row, UnreadableRow

MAX_HEADER_COLUMNS = 1_000  # Every row of a workbook is as wide as the header.
BYTE_ORDER_MARK = "\ufeff"  # A codec such as utf-16-le leaves it in the text.


def split_header(table: Iterator[Row]) -> tuple[list[str], Iterator[Row]]:
    """Return the names of the columns, without the blanks around them, and the rows below.

    Raises RefusedFile if there is no header, or if it has more than MAX_HEADER_COLUMNS columns.
    """
    for _, content in table:
        if isinstance(content, UnreadableRow):
            raise RefusedFile("unreadable_header", f"the header {content.message}")
        header = _names(content)
        if len(header) > MAX_HEADER_COLUMNS:
            problem = (
                f"the header has {len(header)} columns: it may have at most {MAX_HEADER_COLUMNS}"
            )
            raise RefusedFile("too_large", problem)
        return header, _without_headers(table, header)
    raise RefusedFile("empty", "the file holds no header and no row")


def _without_headers(table: Iterator[Row], header: list[str]) -> Iterator[Row]:
    """Skip the headers of tables that were joined to one file."""
    last = header[-1]
    for row in table:
        if last not in row[1][-1] or isinstance(row[1], UnreadableRow) or _names(row[1]) != header:
            yield row


def _names(cells: list[str]) -> list[str]:
    return [cell.removeprefix(BYTE_ORDER_MARK).strip() for cell in cells]

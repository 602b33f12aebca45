"""Turn the rows of an uploaded file into events one by one. A bad row affects no other row."""

from collections.abc import Callable, Iterator
from io import TextIOWrapper
from itertools import islice
from typing import Any, BinaryIO

from ingestion.catalog import Source
from ingestion.errors import RefusedFile, RejectedRecord
from ingestion.event import Event
from ingestion.files.row_mappers import ItemMapper, RowMapper, unreadable_row
from ingestion.files.row_result import RejectedRow
from ingestion.files.rows.document import read_document
from ingestion.files.rows.header import split_header
from ingestion.files.rows.lines import MARK_WRONG_BYTES, read_lines
from ingestion.files.rows.row import Row, UnreadableRow
from ingestion.files.rows.table import read_table
from ingestion.files.rows.workbook import read_sheet
from ingestion.files.upload import Upload

EventOf = Callable[[int, Any], Event]


def extract_rows(
    file: BinaryIO, file_format: str, upload: Upload, source: Source, rows_before: int = 0
) -> Iterator[Event | RejectedRow]:
    """Yield each row's event or rejection, in order, without the first `rows_before` rows.

    `file_format` is one of `archive.FORMATS`. The same file gives the same events with the same
    ids. Raises RefusedFile if no further row can be read.
    """
    encoding = source.files.python_encoding
    text = TextIOWrapper(file, encoding=encoding, errors=MARK_WRONG_BYTES, newline="")
    try:
        rows, event_of = _open_rows(file, text, file_format, upload, source)
        for line, content in islice(rows, rows_before, None):
            if isinstance(content, UnreadableRow):
                yield RejectedRow.of(line, unreadable_row(content.message), content.text)
                continue
            try:
                yield event_of(line, content)
            except RejectedRecord as rejection:
                yield RejectedRow.of(line, rejection, content)
    except UnicodeError as error:
        is_cut = isinstance(error, UnicodeDecodeError)
        reason = "it ends within a character" if is_cut else str(error)
        raise RefusedFile(
            "wrong_encoding", f"the file is not {source.files.encoding}: {reason}"
        ) from error
    finally:
        text.detach()  # The opener of the file closes it.


def _open_rows(
    file: BinaryIO, text: TextIOWrapper, file_format: str, upload: Upload, source: Source
) -> tuple[Iterator[Row], EventOf]:
    """Return the rows of the file, and the function that makes an event of a row."""
    files = source.files
    match file_format:
        case "json":
            return read_document(file, files.python_encoding), ItemMapper(upload, source).event
        case "jsonl":
            return _require_rows(read_lines(text)), ItemMapper(upload, source).event_of_line
        case "xlsx":
            table = read_sheet(file, upload.size_bytes)
        case "tsv":
            table = read_table(text, "\t")
        case _:
            table = read_table(text, files.delimiter)
    header, rows = split_header(table)
    return rows, RowMapper(upload, source, header).event


def _require_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the rows. Raises RefusedFile if there are none."""
    row = next(rows, None)
    if row is None:
        raise RefusedFile("empty", "the file holds no row")
    yield row
    yield from rows

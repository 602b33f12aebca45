"""Turn the rows of an uploaded file into events one by one. A bad row affects no other row."""

from collections.abc import Callable, Iterator
from io import TextIOWrapper
from itertools import islice
from typing import Any, BinaryIO, NamedTuple, Self

from pydantic_core import from_json, to_json

from ingestion.catalog import Source
from ingestion.errors import RefusedFile, RejectedRecord
from ingestion.event import Event
from ingestion.files.report import Example
from ingestion.files.row_mappers import ItemMapper, RowMapper, unreadable_row
from ingestion.files.rows.document import read_document
from ingestion.files.rows.header import split_header
from ingestion.files.rows.lines import MARK_WRONG_BYTES, WRONG_BYTES, read_lines
from ingestion.files.rows.row import Row, UnreadableRow
from ingestion.files.rows.table import read_table
from ingestion.files.rows.workbook import read_sheet
from ingestion.files.upload import Upload
from ingestion.intake.hidden_values import hide_values

MAX_ROW_CHARACTERS = 2_000  # What is kept of a rejected row.
EventOf = Callable[[int, Any], Event]


class RejectedRow(NamedTuple):
    """A rejected row: its line, the rejection, and a JSON document of line, errors and row."""

    line: int
    rejection: RejectedRecord
    document: bytes

    @classmethod
    def of(cls, line: int, rejection: RejectedRecord, row: Any) -> Self:
        """Reject the row. The document shows the beginning of a long row only."""
        if isinstance(row, str):
            row = row.replace(WRONG_BYTES, "\N{REPLACEMENT CHARACTER}")
        text = row if isinstance(row, str) else to_json(row).decode()
        shown = row if len(text) <= MAX_ROW_CHARACTERS else f"{text[:MAX_ROW_CHARACTERS]}…"
        document = {"line": line, "errors": rejection.error_documents(), "row": shown}
        return cls(line, rejection, to_json(document, inf_nan_mode="null"))

    @property
    def example(self) -> Example:
        """Return the row as an example in a report."""
        message, row = self.rejection.detail, from_json(self.document)["row"]
        return Example(
            line=self.line,
            reason=self.rejection.reason,
            message=message,
            message_without_values=hide_values(message, row),
        )


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

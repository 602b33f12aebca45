"""Turn the rows of an uploaded file into events one by one. A bad row affects no other row."""

from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO

from ingestion.catalog import Source
from ingestion.errors import RefusedFile
from ingestion.files.mappers.mapped_rows import UploadRules
from ingestion.files.mappers.results import Results, ResultsOf
from ingestion.files.mappers.row_result import RejectedRow, RowResult
from ingestion.files.mappers.rows import unreadable_row
from ingestion.files.rows.document import read_document
from ingestion.files.rows.header import split_header
from ingestion.files.rows.lines import MARK_WRONG_BYTES, read_lines
from ingestion.files.rows.row import Row, UnreadableRow
from ingestion.files.rows.table import read_table
from ingestion.files.rows.workbook import read_sheet
from ingestion.files.upload import Upload


def extract_rows(
    file: BinaryIO,
    file_format: str,
    upload: Upload,
    source: Source,
    rules: UploadRules | None = None,
    *,
    revision: str | None = None,
    rows_before: int = 0,
    results_before: int = 0,
) -> Iterator[RowResult]:
    """Yield the results of each row in order.

    Leaves out the first `rows_before` rows, and the first `results_before` results of the next row.
    `file_format` is one of `archive.FORMATS`, and `rules` are those of the source's `map`. The same
    file gives the same events with the same ids. If other rules made events of it before,
    `revision` is that of the events. Raises RefusedFile if no further row can be read.
    """
    encoding = source.files.python_encoding
    text = TextIOWrapper(file, encoding=encoding, errors=MARK_WRONG_BYTES, newline="")
    try:
        rows, results_of = _open_rows(
            file, text, file_format, Results(upload, source, rules, revision)
        )
        results = _results(islice(rows, rows_before, None), results_of)
        yield from islice(results, results_before, None)
    except UnicodeError as error:
        is_cut = isinstance(error, UnicodeDecodeError)
        reason = "it ends within a character" if is_cut else str(error)
        raise RefusedFile(
            "wrong_encoding", f"the file is not {source.files.encoding}: {reason}"
        ) from error
    finally:
        text.detach()  # The opener of the file closes it.


def _results(rows: Iterable[Row], results_of: ResultsOf) -> Iterator[RowResult]:
    for line, content in rows:
        if isinstance(content, UnreadableRow):
            yield RejectedRow.of(line, unreadable_row(content.message), content.text)
        else:
            yield from results_of(line, content)


def _open_rows(
    file: BinaryIO, text: TextIOWrapper, file_format: str, results: Results
) -> tuple[Iterator[Row], ResultsOf]:
    """Return the rows of the file, and the function that yields the results of a row."""
    files = results.source.files
    match file_format:
        case "json":
            return read_document(file, files.python_encoding), results.of_items()
        case "jsonl":
            return _require_rows(read_lines(text)), results.of_lines()
        case "xlsx":
            table = read_sheet(file, results.upload.size_bytes)
        case "tsv":
            table = read_table(text, "\t")
        case _:
            table = read_table(text, files.delimiter)
    header, rows = split_header(table)
    return rows, results.of_table(header)


def _require_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the rows. Raises RefusedFile if there are none."""
    row = next(rows, None)
    if row is None:
        raise RefusedFile("empty", "the file holds no row")
    yield row
    yield from rows

"""Turn the rows of an uploaded file into events one by one. A bad row affects no other row."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

from ingestion.catalog import Source
from ingestion.files.mappers.mapped_rows import UploadRules
from ingestion.files.mappers.results import Results, ResultsOf
from ingestion.files.mappers.row_result import RejectedRow, RowResult
from ingestion.files.mappers.rows import unreadable_row
from ingestion.files.rows.open_rows import open_rows
from ingestion.files.rows.row import Row, UnreadableRow
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
    with open_rows(file, file_format, source.files, upload.size_bytes) as opened:
        results_of = Results(upload, source, rules, revision).of_rows(opened)
        results = _results(islice(opened.rows, rows_before, None), results_of)
        yield from islice(results, results_before, None)


def _results(rows: Iterable[Row], results_of: ResultsOf) -> Iterator[RowResult]:
    for line, content in rows:
        if isinstance(content, UnreadableRow):
            yield RejectedRow.of(line, unreadable_row(content.message), content.text)
        else:
            yield from results_of(line, content)

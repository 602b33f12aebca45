"""Chooses what makes the results of a file's rows: the rules of its source, or their short form."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ingestion.catalog import Source
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.files.mappers.items import ItemMapper
from ingestion.files.mappers.mapped_rows import MappedRows, UploadRules
from ingestion.files.mappers.read_columns import check_read_columns, missing_columns
from ingestion.files.mappers.row_result import RejectedRow, RowResult
from ingestion.files.mappers.rows import read_cells, read_line
from ingestion.files.mappers.table import RowMapper
from ingestion.files.rows.open_rows import OpenRows
from ingestion.files.upload import Upload

ResultsOf = Callable[[int, Any], Iterable[RowResult]]  # Takes a row's line and content.


@dataclass(frozen=True)
class Results:
    """The results of an upload's rows.

    `rules` are those of the source's `map`. `revision` is set on all events if the
    rules changed since the last run.
    """

    upload: Upload
    source: Source
    rules: UploadRules | None = None
    revision: str | None = None

    def of_rows(self, opened: OpenRows) -> ResultsOf:
        """Return what makes the results of a row. Raises RefusedFile for a table's header."""
        if self.rules:
            return self._by_rules(self.rules, opened)
        if opened.header is not None:
            mapper = RowMapper(self.upload, self.source, opened.header, self.revision)
            return _one_event(mapper.event)
        items = ItemMapper(self.upload, self.source, self.revision)
        return _one_event(items.event_of_line if opened.are_lines else items.event)

    def _by_rules(self, rules: UploadRules, opened: OpenRows) -> ResultsOf:
        payload_of = payload_reader(self.source, opened)
        if opened.header is not None and rules.note_missing_columns:
            rules.note_missing_columns(missing_columns(self.source, opened.header))
        return MappedRows(
            self.upload,
            self.source,
            rules,
            payload_of,
            is_text=opened.header is not None,
            revision=self.revision,
        ).results


def payload_reader(source: Source, opened: OpenRows) -> Callable[[Any], Any]:
    """Return a function that returns the payload of a row, for a source with rules.

    The function raises RejectedRecord. Raises RefusedFile for a table's header.
    """
    if opened.header is not None:
        check_read_columns(source, opened.header)
        return read_cells(opened.header)
    return read_line if opened.are_lines else lambda item: item


def _one_event(event_of: Callable[[int, Any], Event]) -> ResultsOf:
    """Return what makes one event of each row. `event_of` raises RejectedRecord."""

    def results(line: int, content: Any) -> Iterable[RowResult]:
        try:
            return (event_of(line, content),)
        except RejectedRecord as rejection:
            return (RejectedRow.of(line, rejection, content),)

    return results

"""Chooses what makes the results of a file's rows: the rules of its source, or their short form."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ingestion.catalog import Source
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.files.mappers.items import ItemMapper
from ingestion.files.mappers.mapped_rows import MappedRows, UploadRules
from ingestion.files.mappers.read_columns import check_read_columns
from ingestion.files.mappers.row_result import RejectedRow, RowResult
from ingestion.files.mappers.rows import read_cells, read_line
from ingestion.files.mappers.table import RowMapper
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

    def of_table(self, header: list[str]) -> ResultsOf:
        """Return what makes the results of a row's cells. Raises RefusedFile for the header."""
        if self.rules is None:
            return _one_event(RowMapper(self.upload, self.source, header, self.revision).event)
        check_read_columns(self.source, header)
        return self._mapped(self.rules, read_cells(header), is_text=True)

    def of_lines(self) -> ResultsOf:
        """Return what makes the results of a line of JSON Lines."""
        if self.rules is None:
            return _one_event(self._items().event_of_line)
        return self._mapped(self.rules, read_line)

    def of_items(self) -> ResultsOf:
        """Return what makes the results of an item of a JSON document."""
        if self.rules is None:
            return _one_event(self._items().event)
        return self._mapped(self.rules, lambda item: item)

    def _items(self) -> ItemMapper:
        return ItemMapper(self.upload, self.source, self.revision)

    def _mapped(
        self, rules: UploadRules, payload_of: Callable[[Any], Any], *, is_text: bool = False
    ) -> ResultsOf:
        rows = MappedRows(
            self.upload, self.source, rules, payload_of, is_text=is_text, revision=self.revision
        )
        return rows.results


def _one_event(event_of: Callable[[int, Any], Event]) -> ResultsOf:
    """Return what makes one event of each row. `event_of` raises RejectedRecord."""

    def results(line: int, content: Any) -> Iterable[RowResult]:
        try:
            return (event_of(line, content),)
        except RejectedRecord as rejection:
            return (RejectedRow.of(line, rejection, content),)

    return results

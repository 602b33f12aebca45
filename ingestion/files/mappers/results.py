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
    """The results of an upload's rows. `rules` are those of the source's `map`."""

    upload: Upload
    source: Source
    rules: UploadRules | None = None

    def of_table(self, header: list[str]) -> ResultsOf:
        """Return what makes the results of a row's cells. Raises RefusedFile for the header."""
        if self.rules is None:
            return _one_event(RowMapper(self.upload, self.source, header).event)
        check_read_columns(self.source, header)
        payload_of = read_cells(header)
        return MappedRows(self.upload, self.source, self.rules, payload_of, is_text=True).results

    def of_lines(self) -> ResultsOf:
        """Return what makes the results of a line of JSON Lines."""
        if self.rules is None:
            return _one_event(ItemMapper(self.upload, self.source).event_of_line)
        return MappedRows(self.upload, self.source, self.rules, read_line, is_text=False).results

    def of_items(self) -> ResultsOf:
        """Return what makes the results of an item of a JSON document."""
        if self.rules is None:
            return _one_event(ItemMapper(self.upload, self.source).event)
        return MappedRows(
            self.upload, self.source, self.rules, lambda item: item, is_text=False
        ).results


def _one_event(event_of: Callable[[int, Any], Event]) -> ResultsOf:
    """Return what makes one event of each row. `event_of` raises RejectedRecord."""

    def results(line: int, content: Any) -> Iterable[RowResult]:
        try:
            return (event_of(line, content),)
        except RejectedRecord as rejection:
            return (RejectedRow.of(line, rejection, content),)

    return results

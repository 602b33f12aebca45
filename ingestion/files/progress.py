"""How far the reader of a file has come, independent of what its parts hold."""

from dataclasses import dataclass
from typing import Self

from ingestion.files.mappers.row_result import IgnoredRow, RejectedRow, RowResult, UnfinishedRow
from ingestion.files.report import Report


@dataclass
class Progress:
    """Complete rows, the results of the next row, and the events of all of these."""

    rows: int
    results_of_next_row: int
    events: int

    @classmethod
    def of(cls, report: Report) -> Self:
        """Return the progress of the runs before."""
        return cls(report.rows, report.results_of_next_row, report.events)

    def count(self, result: RowResult) -> None:
        """Count the next result of the reader."""
        if not isinstance(result, RejectedRow | IgnoredRow):
            self.events += 1
        if isinstance(result, UnfinishedRow):
            self.results_of_next_row += 1
        else:
            self.rows += 1
            self.results_of_next_row = 0

    def write_to(self, report: Report) -> None:
        """Write the counts into the report."""
        report.rows = self.rows
        report.results_of_next_row = self.results_of_next_row
        report.events = self.events

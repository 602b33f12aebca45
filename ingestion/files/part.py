"""A part of an upload: the rows that are written together, and how many of them may be rejected."""

from collections import Counter
from dataclasses import dataclass, field

from ingestion.errors import RefusedFile
from ingestion.files.mappers.row_result import IgnoredRow, RejectedRow, RowResult, UnfinishedRow
from ingestion.files.report import Report
from ingestion.files.upload import Upload

MAX_EXAMPLES = 10
MAX_REJECTED_ROWS = 10_000  # Of a file, or one for each kilobyte of the upload if that is more.
MAX_REJECTED_BYTES = 10_000_000  # Of a file, or as many as the upload has if that is more.


@dataclass
class Part:
    """Rows that were read but not written yet: events, and rows that were rejected or ignored.

    A row with very many events may begin in one part and end in another. It counts where it ends.
    """

    events: list[bytes] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    accepted_rows: int = 0
    ignored_rows: int = 0
    event_bytes: int = 0
    rejected_bytes: int = 0

    def add(self, result: RowResult) -> None:
        """Add a result of a row."""
        match result:
            case RejectedRow():
                self.rejected.append(result)
                self.rejected_bytes += len(result.document) + 1
            case IgnoredRow():
                self.ignored_rows += 1
            case UnfinishedRow(event):
                self._add_event(event.json_bytes)
            case _:
                self._add_event(result.json_bytes)
                self.accepted_rows += 1

    def _add_event(self, event: bytes) -> None:
        self.events.append(event)
        self.event_bytes += len(event)

    @property
    def size(self) -> int:
        """Return the number of rows that end here, or of events if they are more."""
        return max(len(self.events), self.accepted_rows + self.ignored_rows + len(self.rejected))

    def count_in(self, report: Report) -> None:
        """Count the part and its rows in the report."""
        report.parts += 1
        report.accepted += self.accepted_rows
        report.ignored += self.ignored_rows
        report.rejected += len(self.rejected)
        report.rejected_bytes += self.rejected_bytes
        reasons = Counter(row.rejection.reason for row in self.rejected)
        report.rejections = dict(Counter(report.rejections) + reasons)
        for row in self.rejected[: MAX_EXAMPLES - len(report.examples)]:
            report.examples.append(row.example)


def check_rejections(upload: Upload, report: Report, part: Part) -> None:
    """Raise RefusedFile when the rejected rows of the file, or their bytes, reach the limit."""
    max_rows = max(MAX_REJECTED_ROWS, upload.size_bytes // 1000)
    max_bytes = max(MAX_REJECTED_BYTES, upload.size_bytes)
    rows = report.rejected + len(part.rejected)
    size_bytes = report.rejected_bytes + part.rejected_bytes
    if rows >= max_rows or size_bytes >= max_bytes:
        raise RefusedFile(
            "too_many_rejections",
            f"reading stopped: {rows} rows ({size_bytes} bytes) were rejected, and the limit is"
            f" {max_rows} rows or {max_bytes} bytes; correct the rows, or `files` of the source in"
            " the catalog, and upload the whole file again",
        )

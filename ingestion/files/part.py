"""A part of an upload: the rows that are written together, and how many of them may be rejected."""

from dataclasses import dataclass, field

from ingestion.errors import RefusedFile
from ingestion.event import Event
from ingestion.files.parse import RejectedRow
from ingestion.files.report import Report
from ingestion.files.upload import Upload

MAX_REJECTED_ROWS = 10_000  # Of a file, or one for each kilobyte of the upload if that is more.
MAX_REJECTED_BYTES = 10_000_000  # Of a file, or as many as the upload has if that is more.


@dataclass
class Part:
    """Rows that were read but not written yet: events and rejected rows."""

    events: list[bytes] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    event_bytes: int = 0
    rejected_bytes: int = 0

    def add(self, result: Event | RejectedRow) -> None:
        """Add the event of a row, or its rejection."""
        if isinstance(result, RejectedRow):
            self.rejected.append(result)
            self.rejected_bytes += len(result.document) + 1
        else:
            self.events.append(result.json_bytes)
            self.event_bytes += len(result.json_bytes)


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

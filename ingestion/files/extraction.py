"""Extract an uploaded file: write its events and rejected rows part by part, and its report.

The end of a part depends on the rows only, so a repeated run writes the same parts.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import TemporaryFile

from ingestion.catalog import Catalog
from ingestion.errors import RefusedFile
from ingestion.event import Event
from ingestion.files.archive import open_unpacked
from ingestion.files.balance import settle_report
from ingestion.files.bucket import Bucket, ReportChanged
from ingestion.files.parse import RejectedRow, extract_rows
from ingestion.files.report import Report
from ingestion.files.upload import Upload, UploadKeys
from ingestion.times import timestamp

MAX_EXAMPLES = 10
READER_VERSION = 2  # Blank rows and repeated headers are not rows since version 2.
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


@dataclass(frozen=True)
class Extraction:
    """The bucket, the sources, and the limits of an extraction.

    `max_bytes` is the space for one upload on the function's disk. A part ends after `part_rows`
    rows or `part_bytes` bytes of events. `max_runs` bounds the runs for one upload: a run that ends
    early, and a retry, count too.
    """

    bucket: Bucket
    catalog: Catalog
    max_bytes: int
    part_rows: int = 5_000
    part_bytes: int = 8 * 1024 * 1024
    max_runs: int = 12

    def extract_upload(
        self,
        upload: Upload,
        has_time_left: Callable[[], bool],
        count: Callable[[Report], None],
    ) -> Report | None:
        """Extract the upload from the position in its report, and return the report.

        If `has_time_left` returns False after a part, the state is still `extracting`. `count` gets
        the report of a file that is read to its end, before it is written: a crash between both
        hides no refusal. Returns None if the upload was extracted before, or if another invocation
        has changed the report meanwhile: that invocation continues.
        """
        extracted = None
        with suppress(ReportChanged):
            report, etag = self._continue(upload) or self._start(upload)
            if report.state == "extracting":
                self._write_parts(upload, report, etag, has_time_left, count)
                extracted = report
        settle_report(self.bucket, upload.keys)
        return extracted

    def _continue(self, upload: Upload) -> tuple[Report, str] | None:
        """Count one more run in the report, if there is one. Raises ReportChanged as `_start`."""
        found = self.bucket.read_report(upload.keys)
        if found is None or found[0].state != "extracting":
            return found
        report, etag = found
        report.runs += 1
        return report, self.bucket.save_report(report, etag)

    def _start(self, upload: Upload) -> tuple[Report, str]:
        """Write a first report. Raises ReportChanged if another invocation has started too."""
        report = Report(
            source=upload.keys.source,
            upload_id=upload.keys.upload_id,
            key=upload.key,
            version_id=upload.version_id,
            size_bytes=upload.size_bytes,
            uploaded_at=upload.uploaded_at,
            started_at=timestamp(datetime.now(UTC)),
            reader_version=READER_VERSION,
        )
        return report, self.bucket.save_report(report, None)

    def _write_parts(
        self,
        upload: Upload,
        report: Report,
        etag: str,
        has_time_left: Callable[[], bool],
        count: Callable[[Report], None],
    ) -> None:
        """Write each part, and the report after each full part, to the end of the file."""
        for part in self._parts(upload, report):
            self._write_part(part, upload.keys, report)
            if self._is_full(part):
                etag = self.bucket.save_report(report, etag)
                if not has_time_left():
                    return
        report.state = "inserting"
        report.extracted_at = timestamp(datetime.now(UTC))
        count(report)
        self.bucket.save_report(report, etag)

    def _write_part(self, part: Part, keys: UploadKeys, report: Report) -> None:
        """Write the objects of a part, and count its events and rejected rows in the report."""
        rejected, events = part.rejected, part.events
        report.parts += 1
        if rejected:
            self.bucket.put_new_object(
                keys.part_key("rejected", report.parts), (row.document for row in rejected)
            )
        if events:
            self.bucket.put_new_object(keys.part_key("extracted", report.parts), events)
        report.accepted += len(events)
        report.rejected += len(rejected)
        report.rejected_bytes += part.rejected_bytes
        reasons = Counter(row.rejection.reason for row in rejected)
        report.rejections = dict(Counter(report.rejections) + reasons)
        for row in rejected[: MAX_EXAMPLES - len(report.examples)]:
            report.examples.append(row.example)

    def _parts(self, upload: Upload, report: Report) -> Iterator[Part]:
        """Yield the rows that are not yet counted. A refusal goes into the report.

        `report.rows` counts what the reader yields, not what a part holds: `balance` compares
        both.
        """
        part, rows = Part(), report.rows
        try:
            for number, result in enumerate(self._read_rows(upload, report), start=rows + 1):
                _check_rejections(upload, report, part)
                rows = number
                part.add(result)
                if self._is_full(part):
                    report.rows = rows
                    yield part
                    part = Part()
        except RefusedFile as refusal:
            report.refused = refusal.reason
            report.detail = refusal.detail
        report.rows = rows
        if part.events or part.rejected:
            yield part

    def _is_full(self, part: Part) -> bool:
        rows = len(part.events) + len(part.rejected)
        return rows == self.part_rows or part.event_bytes >= self.part_bytes

    def _read_rows(self, upload: Upload, report: Report) -> Iterator[Event | RejectedRow]:
        if report.runs > self.max_runs:
            raise RefusedFile(
                "too_many_runs",
                f"{self.max_runs} runs of the extractor read {report.rows} rows and did not reach"
                " the end: split the file, and upload the rows after these",
            )
        if report.rows and report.reader_version != READER_VERSION:
            raise RefusedFile(
                "older_version",
                "an older version read a part of the file and counted its rows in another way:"
                " upload the file again",
            )
        source = self.catalog.sources.get(upload.keys.source)
        if source is None:
            known = ", ".join(f"uploads/{name}/" for name in self.catalog.sources)
            raise RefusedFile("unknown_source", f"must be uploaded to one of {known}")
        if upload.size_bytes > self.max_bytes:
            raise RefusedFile(
                "too_large", f"must have at most {self.max_bytes} bytes: pack it, or split it"
            )
        with TemporaryFile() as file:
            self.bucket.download(upload, file)
            file.seek(0)
            with open_unpacked(file, upload.key, upload.size_bytes) as (file_format, unpacked):
                yield from extract_rows(unpacked, file_format, upload, source, report.rows)


def _check_rejections(upload: Upload, report: Report, part: Part) -> None:
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

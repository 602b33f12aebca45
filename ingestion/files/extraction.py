"""Extracts a dropped file: writes its events and rejected rows part by part, and its report.

Where a part ends depends on the rows alone, so a repeated run writes the same parts again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryFile

from ingestion.catalog import Catalog
from ingestion.errors import IngestionError, RefusedFile
from ingestion.event import Event, timestamp
from ingestion.files.archive import opened
from ingestion.files.bucket import Bucket, Overtaken
from ingestion.files.parse import Rejected, extract
from ingestion.files.part import LIMITS, MAX_EXAMPLES, Limits, Part
from ingestion.files.report import Report
from ingestion.files.upload import Import, Upload, part_name


class OutOfTime(IngestionError):
    """There is more to read, and no time left in this run."""


def settle(bucket: Bucket, made: Import) -> None:
    """Say in the report that all is inserted, if all is.

    Whoever writes the last part's mark, or the last of the parts, finds so afterwards.
    """
    found = bucket.report(made)
    if found is None or found[0].state != "inserting":
        return
    report, etag = found
    if len(bucket.keys(made.folder("inserted"))) < len(bucket.keys(made.folder("extracted"))):
        return
    report.state = "done"
    report.inserted_at = timestamp(datetime.now(UTC))
    try:
        bucket.save(report, etag)
    except Overtaken:
        settle(bucket, made)


@dataclass(frozen=True)
class Extraction:
    """Where files come from and go to, and whose they may be.

    `max_bytes` is the room for one upload on the function's own disk.
    """

    bucket: Bucket
    catalog: Catalog
    max_bytes: int
    limits: Limits = LIMITS

    def run(self, upload: Upload, may_go_on: Callable[[], bool]) -> Report | None:
        """Extract the upload from where its report says; the report, if this run ended it.

        Raises OutOfTime after a part once `may_go_on` says no. Leaves the file to another
        invocation that has written the report meanwhile: that is the one to be repeated.
        """
        made = upload.outcome
        ended = None
        with suppress(Overtaken):
            report, etag = self.bucket.report(made) or self._begun(upload)
            if report.state == "extracting":
                self._extract(upload, report, etag, may_go_on)
                ended = report
        settle(self.bucket, made)
        return ended

    def _begun(self, upload: Upload) -> tuple[Report, str]:
        """A first report. Raises Overtaken where another invocation has begun too."""
        report = Report(
            source=upload.outcome.source,
            upload_id=upload.outcome.upload_id,
            key=upload.key,
            version_id=upload.version_id,
            size_bytes=upload.size_bytes,
            uploaded_at=upload.uploaded_at,
            started_at=timestamp(datetime.now(UTC)),
        )
        return report, self.bucket.save(report, None)

    def _extract(
        self, upload: Upload, report: Report, etag: str, may_go_on: Callable[[], bool]
    ) -> None:
        """Write each part, and the report after each full part, to the end of the file."""
        for part in self._parts(upload, report):
            self._write(part, upload.outcome, report)
            if part.is_full(self.limits):
                etag = self.bucket.save(report, etag)
                if not may_go_on():
                    raise OutOfTime(upload.key)
        report.state = "inserting"
        report.extracted_at = timestamp(datetime.now(UTC))
        self.bucket.save(report, etag)

    def _write(self, part: Part, made: Import, report: Report) -> None:
        """Write what came of a part, and count it in the report."""
        report.parts += 1
        name = part_name(report.parts)
        if part.rejected:
            self.bucket.put_new(made.folder("rejected") + name, part.rejected)
        if part.events:
            self.bucket.put_new(made.folder("extracted") + name, part.events)
        report.rows += part.rows
        report.accepted += len(part.events)
        report.rejected += len(part.rejected)
        report.rejections = dict(Counter(report.rejections) + part.rejections)
        report.examples = [*report.examples, *part.examples][:MAX_EXAMPLES]

    def _parts(self, upload: Upload, report: Report) -> Iterator[Part]:
        """The rows that are not yet counted; the report says where the file is refused."""
        part = Part()
        try:
            for result in self._results(upload, report.rows):
                part.take(result)
                if part.is_full(self.limits):
                    yield part
                    part = Part()
        except RefusedFile as refusal:
            report.refused = refusal.reason
            report.detail = refusal.detail
        if part.rows:
            yield part

    def _results(self, upload: Upload, rows_before: int) -> Iterator[Event | Rejected]:
        source = self.catalog.sources.get(upload.outcome.source)
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
            with opened(file, upload.name, upload.size_bytes) as (form, unpacked):
                yield from extract(unpacked, form, upload, source, rows_before)

"""Stage one: writes a dropped file's events in parts, its bad rows, its report; goes on anywhere.

Where a part ends rests on the rows alone, so whoever repeats a stretch writes the same again.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import Any

from pydantic_core import to_json

from ingestion.catalog import Catalog
from ingestion.errors import IngestionError, RefusedFile
from ingestion.event import Event, timestamp
from ingestion.files.archive import opened
from ingestion.files.bucket import Bucket, Overtaken
from ingestion.files.parse import Rejected, extract
from ingestion.files.report import Example, Report
from ingestion.files.upload import Import, Upload

MAX_EXAMPLES = 10
MAX_ROW_CHARACTERS = 2_000  # What is kept of a rejected row.


@dataclass(frozen=True)
class Limits:
    """How large parts and pieces of rejected rows are, and how often the report is written.

    S3 joins pieces of at least 5 MB, but for the last.
    """

    part_rows: int = 5_000
    part_bytes: int = 8 * 1024 * 1024
    piece_bytes: int = 8 * 1024 * 1024
    save_seconds: float = 5


class OutOfTime(IngestionError):
    """There is more to read, and no time left in this run."""


def settle(bucket: Bucket, made: Import) -> Report | None:
    """Say in the report that all is inserted, if all is; the report as it then is.

    Whoever writes the last part's mark, or the last of the parts, finds so afterwards.
    """
    while found := bucket.report(made):
        report, etag = found
        if report.state != "inserting" or len(bucket.keys(made.inserted_prefix)) < report.parts:
            return report
        report.state = "done"
        report.inserted_at = timestamp(datetime.now(UTC))
        try:
            bucket.save(report, etag)
        except Overtaken:
            continue
        return report
    return None


@dataclass(frozen=True)
class Extraction:
    """Where files come from and go to, and whose they may be.

    `max_bytes` is the room for one upload on the function's own disk.
    """

    bucket: Bucket
    catalog: Catalog
    max_bytes: int
    limits: Limits = Limits()

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
                reading = _Reading(self.bucket, made, report, etag, self.limits)
                self._read(upload, reading, may_go_on)
                ended = report
        found = settle(self.bucket, made)
        if found and found.state != "extracting":
            self.bucket.delete_all(made.rejected_pieces_prefix)
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

    def _read(self, upload: Upload, reading: "_Reading", may_go_on: Callable[[], bool]) -> None:
        """Read on to the end, or to where the file is refused."""
        try:
            for result in self._results(upload, reading.report.rows):
                reading.take(result)
                if reading.is_at_end_of_part():
                    reading.end_part()
                    if not may_go_on():
                        reading.save()
                        raise OutOfTime(upload.key)
        except RefusedFile as refusal:
            reading.report.refused = refusal.reason
            reading.report.detail = refusal.detail
        reading.finish()

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


class _Reading:
    """How far a file is read: what is not yet written, and the report on the rest."""

    def __init__(
        self, bucket: Bucket, made: Import, report: Report, etag: str, limits: Limits
    ) -> None:
        self.report = report
        self._bucket = bucket
        self._made = made
        self._etag = etag
        self._limits = limits
        self._events: list[bytes] = []
        self._event_bytes = 0
        self._rows_in_part = 0
        self._rejected = bytearray(self._tail())
        self._saved_at = time.monotonic()

    def take(self, result: Event | Rejected) -> None:
        """Count a row, and keep what came of it until its part ends."""
        self._rows_in_part += 1
        if isinstance(result, Event):
            self._events.append(result.json_bytes)
            self._event_bytes += len(result.json_bytes)
        else:
            self._reject(result)

    def is_at_end_of_part(self) -> bool:
        """Whether the part is full."""
        limits = self._limits
        return self._rows_in_part == limits.part_rows or self._event_bytes >= limits.part_bytes

    def end_part(self) -> None:
        """Write the part, if it has events, and from time to time the report."""
        report = self.report
        report.rows += self._rows_in_part
        report.accepted += len(self._events)
        report.rejected += self._rows_in_part - len(self._events)
        if self._events:
            report.parts += 1
            content = b"\n".join([*self._events, b""])
            self._bucket.put_new(self._made.part_key(report.parts), content)
        self._events, self._event_bytes, self._rows_in_part = [], 0, 0
        if len(self._rejected) >= self._limits.piece_bytes:
            report.rejected_pieces += 1
            self._put_piece(report.rejected_pieces)
            self._rejected.clear()
        if time.monotonic() - self._saved_at > self._limits.save_seconds:
            self.save()

    def save(self) -> None:
        """Write down how far the file is read, so that another invocation can go on."""
        self.report.rejected_tail_bytes = len(self._rejected)
        if self._rejected:
            self._put_piece(self.report.rejected_pieces + 1)
        self._etag = self._bucket.save(self.report, self._etag)
        self._saved_at = time.monotonic()

    def finish(self) -> None:
        """Write what is left."""
        self.end_part()
        made, report = self._made, self.report
        if report.rejected_pieces:
            pieces = [made.rejected_piece_key(n) for n in range(1, report.rejected_pieces + 1)]
            self._bucket.join(pieces, bytes(self._rejected), made.rejected_key)
        elif self._rejected:
            self._bucket.put(made.rejected_key, bytes(self._rejected))
        report.state = "inserting"
        report.extracted_at = timestamp(datetime.now(UTC))
        self._etag = self._bucket.save(report, self._etag)

    def _tail(self) -> bytes:
        """Rejected rows that a former invocation wrote down; a lost one may have written more."""
        if not self.report.rejected_tail_bytes:
            return b""
        piece = self._bucket.get(self._made.rejected_piece_key(self.report.rejected_pieces + 1))
        return (piece or b"")[: self.report.rejected_tail_bytes]

    def _put_piece(self, number: int) -> None:
        self._bucket.put(self._made.rejected_piece_key(number), bytes(self._rejected))

    def _reject(self, rejected: Rejected) -> None:
        line, rejection, row = rejected
        report, reason = self.report, rejection.reason
        document = {"line": line, "errors": rejection.describe(), "row": _shown(row)}
        self._rejected += to_json(document, inf_nan_mode="null") + b"\n"
        report.rejections[reason] = report.rejections.get(reason, 0) + 1
        if len(report.examples) < MAX_EXAMPLES:
            report.examples.append(Example(line=line, reason=reason, message=rejection.detail))


def _shown(row: Any) -> Any:
    """A rejected row, or the beginning of a long one."""
    text = row if isinstance(row, str) else to_json(row).decode()
    return row if len(text) <= MAX_ROW_CHARACTERS else f"{text[:MAX_ROW_CHARACTERS]}…"

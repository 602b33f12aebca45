"""Reads the state of an upload: that of its report, or `refused`, `waiting` or `stuck`."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Literal
from urllib.parse import unquote_plus

from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.names import FILES
from ingestion.cli.environment import Deployment
from ingestion.cli.files.found_uploads import FoundUpload
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import Upload, UploadKeys

State = Literal["waiting", "extracting", "inserting", "done", "refused", "unbalanced", "stuck"]

# Lambda keeps a call for six hours, and a run takes up to 15 minutes. Each part is progress.
STUCK_AFTER = timedelta(hours=6, minutes=15)
_POOL_SIZE = 10  # The connections of a client.


@dataclass(frozen=True)
class UploadStatus:
    """An upload with its state, its report and the report's ETag, if there is a report."""

    found: FoundUpload
    state: State
    report: Report | None
    etag: str | None
    default_source: str | None = None

    @property
    def rejected(self) -> int:
        """Return the number of rejected rows so far."""
        return self.report.rejected if self.report else 0

    def matches(self, state: State | None, *, has_rejected: bool = False) -> bool:
        """Return whether the upload is in a state, and has rejected rows if that is wanted."""
        return state in (None, self.state) and (self.rejected > 0 or not has_rejected)

    @property
    def upload(self) -> Upload:
        """Return the upload as its S3 event described it. A report has the event's sequencer."""
        report = self.report
        if report is None:
            assert self.found.file  # noqa: S101 - a found upload has a file, a report, or both
            return self.found.file
        return Upload(
            report.key,
            report.version_id,
            report.sequencer or "0",
            report.uploaded_at,
            report.size_bytes,
            self.default_source,
        )


@dataclass(frozen=True)
class StatusReader:
    """Reads states. Reads the failures queue once, and only if an upload is not finished.

    An upload is stuck if nothing was written for it for `stuck_after`, or if its call failed.
    """

    deployment: Deployment
    stuck_after: timedelta = STUCK_AFTER
    read_dead_letters: actions.ReadDeadLetters = actions.read_dead_letters

    @cached_property
    def bucket(self) -> Bucket:
        """The bucket of uploads."""
        return Bucket(self.deployment.client("s3"), self.deployment.bucket_name)

    def read_statuses(self, uploads: Iterable[FoundUpload]) -> Iterator[UploadStatus]:
        """Yield the state of each upload. Reads few more reports than the caller takes."""
        remaining = iter(uploads)
        with ThreadPoolExecutor(_POOL_SIZE) as pool:
            while some := list(islice(remaining, _POOL_SIZE)):
                reports = pool.map(lambda found: self.bucket.read_report(found.keys), some)
                yield from map(self._status, some, reports)

    def read_status(self, found: FoundUpload) -> UploadStatus:
        """Return the state of one upload."""
        return self._status(found, self.bucket.read_report(found.keys))

    def _status(self, found: FoundUpload, stored: tuple[Report, str] | None) -> UploadStatus:
        report, etag = stored or (None, None)
        default = self.deployment.catalog.default_source
        return UploadStatus(found, self._state(found, report), report, etag, default)

    def _state(self, found: FoundUpload, report: Report | None) -> State:
        if report and report.is_settled:
            return report.shown_state
        if found.keys.upload_id in self._failed_uploads or self._is_silent(found, report):
            return "stuck"
        return report.state if report else "waiting"

    def _is_silent(self, found: FoundUpload, report: Report | None) -> bool:
        """Return whether neither the report nor a mark was written for a long time."""
        since = datetime.now(UTC) - self.stuck_after
        if found.time > since or report is None:
            return found.time <= since
        prefixes = (found.keys.report_key, found.keys.prefix("inserted"))
        pages = self.deployment.client("s3").get_paginator("list_objects_v2")
        return not any(
            entry["LastModified"] > since
            for prefix in prefixes
            for page in pages.paginate(Bucket=self.bucket.name, Prefix=prefix)
            for entry in page.get("Contents", [])
        )

    @cached_property
    def _failed_uploads(self) -> set[str | None]:
        queues = actions.dead_letter_queues(self.deployment, FILES)
        return set(map(failed_upload_id, self.read_dead_letters(queues)))


def failed_upload_id(call: DeadLetter) -> str | None:
    """Return the id of the upload that a failed call was about; None if the call names none."""
    with suppress(AttributeError, IndexError, KeyError, TypeError, ValueError):
        record = call.value("requestPayload", "Records", 0)
        key = unquote_plus(record["s3"]["object"]["key"])
        if key.startswith("extracted/"):
            return UploadKeys.from_part(key).upload_id
        return Upload.from_record(record).keys.upload_id
    return None

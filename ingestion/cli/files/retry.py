"""Lets the platform process an uploaded file again, from its first row."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from botocore.exceptions import ClientError
from pydantic_core import to_json

from ingestion.cli.dlq import actions
from ingestion.cli.dlq.names import FILES
from ingestion.cli.environment import Deployment
from ingestion.cli.files.upload_status import UploadStatus, failed_upload_id
from ingestion.cli.output import ExitCode, exit_with_error
from ingestion.files.bucket import Bucket, ReportChanged
from ingestion.files.report import new_report
from ingestion.files.upload import Folder, Upload

# Marks first: a part without its mark is published again, a mark without its part is not.
_FOLDERS: tuple[Folder, ...] = ("inserted", "extracted", "rejected")
_MAX_KEYS = 1_000  # S3: the most of one call.
RETRIED_STATES = ("refused", "stuck", "unbalanced")


@dataclass(frozen=True)
class Retry:
    """A retry of one upload. The same file gives the same event ids, so no row is stored twice."""

    deployment: Deployment
    bucket: Bucket
    status: UploadStatus

    def check(self, *, is_forced: bool) -> None:
        """End the command if a retry makes no sense, and print what would be right."""
        upload, state, report = self.status.upload, self.status.state, self.status.report
        upload_id, source = upload.keys.upload_id, upload.keys.source
        deployed, catalog = self.deployment.queue_urls, self.deployment.catalog.sources
        if state not in RETRIED_STATES and not is_forced:
            what = "is processed" if state == "done" else "is still being processed"
            exit_with_error(f"upload {upload_id} {what} ({state}): to start again, pass --force")
        if source not in catalog or source not in deployed:
            exit_with_error(
                f"{upload.key}: {source!r} is no source of {self.deployment.environment}: add the"
                " source to the catalog and deploy it, or upload the file again"
            )
        if report and report.accepted and not report.sequencer:
            exit_with_error(
                f"upload {upload_id} was read by an older version of the platform: upload the file"
                " again"
            )
        if not self._has_file(upload):
            exit_with_error(
                f"{upload.key} is gone, it was deleted or has expired: upload the file again",
                ExitCode.NOT_FOUND,
            )

    @property
    def plan(self) -> str:
        """Return what a retry would do."""
        count = self._count_objects()
        objects = f"{count} object{'' if count == 1 else 's'}"
        return (
            f"The platform would read {self.status.upload.key} again from its first row. Before"
            f" that, it would delete {objects} that the last extraction wrote."
        )

    def _count_objects(self) -> int:
        return sum(1 for _ in self.object_keys())

    def object_keys(self) -> Iterator[str]:
        """Yield the keys of what the earlier extraction wrote."""
        for folder in _FOLDERS:
            yield from self.bucket.list_keys(self.status.upload.keys.prefix(folder))

    def start(self) -> None:
        """Reset the report, delete what the extraction wrote, and call the extractor.

        A crash at any point leaves a report in the state `extracting`, and a retry starts again.
        A retry that may not list these objects or call the extractor changes nothing.
        """
        upload = self.status.upload
        self._count_objects()
        self._call_extractor(upload, "DryRun")
        subject = {
            "upload_id": upload.keys.upload_id,
            "key": upload.key,
            "state": self.status.state,
        }
        self.deployment.audit_log.write("retry_file", [subject])
        self._reset_report(upload)
        self._delete_objects()
        self._call_extractor(upload, "Event")
        self._drop_failed_calls(upload.keys.upload_id)

    def _call_extractor(self, upload: Upload, invocation_type: Literal["DryRun", "Event"]) -> None:
        """Call the extractor, or only let IAM decide whether the call is allowed."""
        self.deployment.client("lambda").invoke(
            FunctionName=self.deployment.function_names["extractor"],
            InvocationType=invocation_type,
            Payload=to_json({"Records": [upload.record]}),
        )

    def _reset_report(self, upload: Upload) -> None:
        is_in_place = self.status.found.keys == upload.keys
        try:
            report = new_report(upload, upload.keys.source, runs=0)
            if earlier := self.status.report:
                report.mapping, report.revision = earlier.mapping, earlier.revision
            self.bucket.save_report(report, self.status.etag if is_in_place else None)
        except ReportChanged:
            exit_with_error(
                f"upload {upload.keys.upload_id} makes progress: its report changed meanwhile",
                ExitCode.NOT_PUBLISHED,
            )

    def _delete_objects(self) -> None:
        """Delete what the extraction wrote. The command ends if S3 keeps an object.

        A mark that is left would count a part as published that is not.
        """
        keys = list(self.object_keys())
        for first in range(0, len(keys), _MAX_KEYS):
            objects: list[Any] = [{"Key": key} for key in keys[first : first + _MAX_KEYS]]
            response = self.bucket.s3.delete_objects(
                Bucket=self.bucket.name, Delete={"Objects": objects, "Quiet": True}
            )
            if kept := response.get("Errors"):
                exit_with_error(
                    f"S3 did not delete {len(kept)} objects of the last extraction, such as"
                    f" {kept[0]['Key']} ({kept[0]['Code']}), and the file is not read yet: remove"
                    " the cause, then run the command again",
                    ExitCode.NOT_PUBLISHED,
                )

    def _has_file(self, upload: Upload) -> bool:
        version: Any = {"VersionId": upload.version_id} if upload.version_id else {}
        try:
            self.bucket.s3.head_object(Bucket=self.bucket.name, Key=upload.key, **version)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.NOT_FOUND:
                raise
            return False
        return True

    def _drop_failed_calls(self, upload_id: str) -> None:
        """Delete the failed calls for this upload, which the new call replaces."""
        queue = actions.dead_letter_queues(self.deployment, FILES)[FILES]
        actions.drop_matching(queue, lambda call: failed_upload_id(call) == upload_id)

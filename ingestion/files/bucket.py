"""The bucket of uploaded files, the objects made of them, and a report on each file."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from ingestion.aws.conditional_put import put_conditionally, status_of
from ingestion.errors import IngestionError, RefusedFile
from ingestion.files.report import Report
from ingestion.files.upload import Upload, UploadKeys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_GONE = ("NoSuchKey", "NoSuchVersion", "404")
# A download needs memory for one chunk per thread.
_DOWNLOAD = TransferConfig(max_concurrency=4)


class ReportChanged(IngestionError):
    """Another invocation changed the report after this invocation had read it."""


@dataclass(frozen=True)
class Bucket:
    """A bucket and its client.

    Retries a conditional write that conflicts for up to `conflict_seconds`.
    """

    s3: "S3Client"
    name: str
    conflict_seconds: float = 5

    def download(self, upload: Upload, file: IO[bytes]) -> None:
        """Write the uploaded version into `file`. Raises RefusedFile if it was deleted."""
        version = {"VersionId": upload.version_id} if upload.version_id else {}
        try:
            self.s3.download_fileobj(
                self.name, upload.key, file, ExtraArgs=version, Config=_DOWNLOAD
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise
            raise RefusedFile("gone", "was deleted before it was read: upload it again") from error

    def find_version(self, key: str) -> str:
        """Return the current version of an object that exists."""
        return self.s3.head_object(Bucket=self.name, Key=key)["VersionId"]

    def put_new_object(self, key: str, lines: Iterable[bytes] = ()) -> None:
        """Write an object of these lines unless it exists: each write causes an S3 event."""
        content = b"\n".join([*lines, b""])
        try:
            self._put_conditionally(Key=key, Body=content, IfNoneMatch="*")
        except ClientError as error:
            if status_of(error) != HTTPStatus.PRECONDITION_FAILED:
                raise

    def replace_object(self, key: str, content: bytes, etag: str | None) -> bool:
        """Replace the object that has this ETag, or write a first one. Return whether it was."""
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            self._put_conditionally(
                Key=key, Body=content, ContentType="application/json", **condition
            )
        except ClientError as error:
            if status_of(error) not in (HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED):
                raise
            return False
        return True

    def get_object(self, key: str) -> tuple[bytes, str] | None:
        """Return an object's content and ETag, or None if there is no such object."""
        try:
            response = self.s3.get_object(Bucket=self.name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise
            return None
        return response["Body"].read(), response["ETag"]

    def read_report(self, keys: UploadKeys) -> tuple[Report, str] | None:
        """Return the report of an upload and its ETag for `save_report`, or None."""
        stored = self.get_object(keys.report_key)
        return stored and (Report.model_validate_json(stored[0]), stored[1])

    def save_report(self, report: Report, etag: str | None) -> str:
        """Replace the report that has this ETag, or write the first one. Return the new ETag.

        Raises ReportChanged if another report was written meanwhile.
        """
        keys = UploadKeys(report.source, report.upload_id)
        content = report.model_dump_json(indent=2).encode()
        condition = {"IfMatch": etag} if etag else {"IfNoneMatch": "*"}
        try:
            return self._put_conditionally(
                Key=keys.report_key, Body=content, ContentType="application/json", **condition
            )
        except ClientError as error:
            if status_of(error) not in (HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED):
                raise
            stored = self.get_object(keys.report_key)
            if stored and stored[0] == content:
                return stored[1]  # S3 stored the report, but the response was lost.
            raise ReportChanged(keys.report_key) from error

    def _put_conditionally(self, **call: Any) -> str:
        """Write an object and return its ETag. Raises ClientError: 412 if the condition fails."""
        return put_conditionally(self.s3, self.conflict_seconds, Bucket=self.name, **call)

    def list_keys(self, prefix: str) -> list[str]:
        """Return the keys of the objects under this prefix."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

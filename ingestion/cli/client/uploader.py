"""Uploads a file for a source by a presigned URL, and follows its report."""

import time
from collections.abc import Iterator
from typing import IO

import httpx
from pydantic_core import to_json

from ingestion.cli.client.event_client import Unreachable
from ingestion.cli.client.posting import post_json
from ingestion.errors import IngestionError
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys
from ingestion.files.upload_url import PresignedUpload

_RETRIES = 3


class NotUploaded(IngestionError):
    """The API or the bucket refused the file, or its upload makes no progress."""


def upload_file(
    http: httpx.Client, source_url: str, name: str, content: IO[bytes], size_bytes: int
) -> UploadKeys:
    """Upload a file under this name. Raises Unreachable or NotUploaded."""
    try:
        body = to_json({"name": name})
        response = _require_success(
            post_json(http, f"{source_url}/uploads", body, retries=_RETRIES)
        )
        return _put_file(
            http, PresignedUpload.model_validate_json(response.content), content, size_bytes
        )
    except httpx.RequestError as error:
        url = error.request.url.copy_with(query=None)  # A presigned query is a credential.
        raise Unreachable(f"no response from {url}") from error


def _put_file(
    http: httpx.Client, presigned: PresignedUpload, content: IO[bytes], size_bytes: int
) -> UploadKeys:
    """Send the file once. It is read while it is sent, so it cannot be sent again."""
    response = http.request(
        presigned.method,
        presigned.url,
        content=content,
        headers={"Content-Length": str(size_bytes)},
        auth=None,  # The URL itself is signed.
        timeout=None,
    )
    return UploadKeys.from_upload(
        presigned.key, _require_success(response).headers["x-amz-version-id"]
    )


def _require_success(response: httpx.Response) -> httpx.Response:
    """Return the response. Raises NotUploaded with a problem's detail, or S3's response as text."""
    if response.status_code in (200, 201):
        return response
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = response.text
    raise NotUploaded(f"HTTP {response.status_code}: {detail}")


def follow_report(
    bucket: Bucket, keys: UploadKeys, *, poll_seconds: float = 0.5, stall_seconds: float = 40 * 60
) -> Iterator[Report]:
    """Yield the report each time it changes, until its state is final.

    Raises NotUploaded after `stall_seconds` without a change. The default is longer than two runs
    of a stage and Lambda's pause between them.
    """
    seen: Report | None = None
    deadline = time.monotonic() + stall_seconds
    while seen is None or not seen.is_settled:
        found = bucket.read_report(keys)
        if found and found[0] != seen:
            seen = found[0]
            deadline = time.monotonic() + stall_seconds
            yield seen
        elif time.monotonic() > deadline:
            raise NotUploaded("the upload makes no progress: see `ingest dlq list --source files`")
        else:
            time.sleep(poll_seconds)

"""Uploads a file for a source by a presigned URL, and follows its report."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import IO

import httpx
from pydantic import ValidationError
from pydantic_core import to_json

from ingestion.cli.client.posting import (
    RETRY_ON,
    NotAllowed,
    Unreachable,
    json_object,
    post_json,
    require_credential,
    retry_request,
)
from ingestion.errors import IngestionError
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import UploadKeys
from ingestion.files.upload_url import PresignedUpload

_RETRIES = 3


class NotUploaded(IngestionError):
    """The API or the bucket refused the file, or its upload makes no progress."""


def upload_file(
    http: httpx.Client,
    source_url: str,
    name: str,
    content: IO[bytes],
    size_bytes: int,
    find_version: Callable[[str], str],
) -> UploadKeys:
    """Upload a seekable file under this name: both steps, with the errors of both."""
    return put_file(http, request_upload(http, source_url, name, size_bytes), content, find_version)


def request_upload(
    http: httpx.Client, source_url: str, name: str, size_bytes: int
) -> PresignedUpload:
    """Return the URL for a file. Raises Unreachable, NotAllowed or NotUploaded."""
    body = to_json({"name": name, "size": size_bytes})
    with _lost_connections_named():
        response = post_json(http, f"{source_url}/uploads", body, retries=_RETRIES)
    require_credential(response)
    return _presigned(_require_success(response))


def put_file(
    http: httpx.Client,
    presigned: PresignedUpload,
    content: IO[bytes],
    find_version: Callable[[str], str],
) -> UploadKeys:
    """Upload a seekable file. Raises NotUploaded; Unreachable if the file may be uploaded.

    `find_version` returns the version of an object that an earlier attempt stored.
    """
    with _lost_connections_named():
        response = _send_file(http, presigned, content)
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        # S3 stored the file, but the response was lost.
        return UploadKeys.from_upload(presigned.key, find_version(presigned.key))
    version = _require_success(response).headers["x-amz-version-id"]
    return UploadKeys.from_upload(presigned.key, version)


def _presigned(response: httpx.Response) -> PresignedUpload:
    try:
        return PresignedUpload.model_validate_json(response.content)
    except ValidationError as error:  # Such as the page of another server.
        raise NotAllowed(response) from error


@contextmanager
def _lost_connections_named() -> Iterator[None]:
    """Raise Unreachable if there is no response."""
    try:
        yield
    except httpx.RequestError as error:
        url = error.request.url.copy_with(query=None)  # A presigned query is a credential.
        raise Unreachable(str(url)) from error


def _send_file(
    http: httpx.Client, presigned: PresignedUpload, content: IO[bytes]
) -> httpx.Response:
    """Send the file, from its beginning at each attempt. S3 stores it once."""

    def put() -> httpx.Response:
        content.seek(0)
        return http.request(
            presigned.method,
            presigned.url,
            content=content,
            headers=presigned.headers,
            auth=None,  # The URL itself is signed.
            timeout=None,
        )

    # At a conflict another attempt is in progress, and S3 may still refuse that one.
    return retry_request(put, retries=_RETRIES, statuses=(*RETRY_ON, HTTPStatus.CONFLICT))


def _require_success(response: httpx.Response) -> httpx.Response:
    """Return the response. Raises NotUploaded with a problem's detail, or S3's response as text."""
    if response.status_code in (200, 201):
        return response
    detail = json_object(response).get("detail", response.text)
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
            raise NotUploaded("the upload makes no progress")
        else:
            time.sleep(poll_seconds)

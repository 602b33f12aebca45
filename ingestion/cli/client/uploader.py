"""Uploads a file for a source by a presigned URL, and follows its report."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import httpx
from pydantic_core import from_json, to_json

from ingestion.cli.client.posting import post_json
from ingestion.cli.client.sender import Unreachable
from ingestion.errors import IngestionError
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import Import
from ingestion.files.upload_url import Place

_RETRIES = 3


class NotUploaded(IngestionError):
    """The API or the bucket refused the file."""


class Stalled(IngestionError):
    """An upload has made no progress for longer than a stage may take."""


@dataclass(frozen=True)
class Uploader:
    """Uploads to one source's URL."""

    url: str
    http: httpx.Client

    def upload(self, name: str, content: IO[bytes], size_bytes: int) -> Import:
        """Upload a file under this name. Raises Unreachable or NotUploaded."""
        try:
            return self._put(self._presigned(name), content, size_bytes)
        except httpx.RequestError as error:
            url = error.request.url.copy_with(query=None)  # A presigned query is a credential.
            raise Unreachable(f"no response from {url}") from error

    def _presigned(self, name: str) -> Place:
        body = to_json({"name": name})
        answer = post_json(self.http, f"{self.url}/uploads", body, retries=_RETRIES)
        return Place.model_validate_json(_checked(answer).content)

    def _put(self, place: Place, content: IO[bytes], size_bytes: int) -> Import:
        """Send the file once. It is read while it is sent, so it cannot be sent again."""
        answer = self.http.request(
            place.method,
            place.url,
            content=content,
            headers={"Content-Length": str(size_bytes)},
            auth=None,  # The URL itself is signed.
            timeout=None,
        )
        return Import.of_version(place.key, _checked(answer).headers["x-amz-version-id"])


def _checked(answer: httpx.Response) -> httpx.Response:
    """Return the response. Raises NotUploaded if it is an error."""
    if answer.status_code not in (200, 201):
        raise NotUploaded(f"HTTP {answer.status_code}: {_detail(answer.content)}")
    return answer


def _detail(content: bytes) -> str:
    """Return the detail of a problem document, or S3's response as text."""
    try:
        return str(from_json(content)["detail"])
    except (ValueError, KeyError, TypeError):
        return content.decode(errors="replace")


def follow(
    bucket: Bucket, made: Import, *, poll_seconds: float = 0.5, stall_seconds: float = 40 * 60
) -> Iterator[Report]:
    """Yield the report each time it changes, until the upload is done.

    Raises Stalled after `stall_seconds` without a change. The default is longer than two runs of a
    stage and Lambda's pause between them.
    """
    seen: Report | None = None
    deadline = time.monotonic() + stall_seconds
    while seen is None or seen.state != "done":
        found = bucket.report(made)
        if found and found[0] != seen:
            seen = found[0]
            deadline = time.monotonic() + stall_seconds
            yield seen
        elif time.monotonic() > deadline:
            raise Stalled("the upload makes no progress: see `ingest dlq list --source files`")
        else:
            time.sleep(poll_seconds)

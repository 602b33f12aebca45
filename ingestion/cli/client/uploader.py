"""Uploads a file for a source: asks the API where to, puts it there, reads what became of it."""

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

_REPEATS = 3


class NotUploaded(IngestionError):
    """The API or the bucket refused; the message holds its words."""


class Stalled(IngestionError):
    """Nothing has happened to an upload for longer than a stage may take."""


@dataclass(frozen=True)
class Uploader:
    """One source's path, and a client that shows who it is."""

    url: str
    http: httpx.Client

    def upload(self, name: str, content: IO[bytes], size_bytes: int) -> Import:
        """Upload a file under this name. Raises Unreachable or NotUploaded."""
        try:
            return self._put(self._place(name), content, size_bytes)
        except httpx.RequestError as error:
            url = error.request.url.copy_with(query=None)  # A presigned query is a credential.
            raise Unreachable(f"nobody answers at {url}") from error

    def _place(self, name: str) -> Place:
        """Where the API wants the file."""
        body = to_json({"name": name})
        answer = post_json(self.http, f"{self.url}/uploads", body, repeats=_REPEATS)
        return Place.model_validate_json(_taken(answer).content)

    def _put(self, place: Place, content: IO[bytes], size_bytes: int) -> Import:
        """Put the file there, in one try: its content is read as it is sent."""
        answer = self.http.request(
            place.method,
            place.url,
            content=content,
            headers={"Content-Length": str(size_bytes)},
            auth=None,  # The URL itself is signed.
            timeout=None,
        )
        return Import.of_version(place.key, _taken(answer).headers["x-amz-version-id"])


def _taken(answer: httpx.Response) -> httpx.Response:
    """Return the answer. Raises NotUploaded where it is a refusal."""
    if answer.status_code not in (200, 201):
        raise NotUploaded(f"HTTP {answer.status_code}: {_said(answer.content)}")
    return answer


def _said(content: bytes) -> str:
    """The detail of a problem document; S3's answers are shown as they are."""
    try:
        return str(from_json(content)["detail"])
    except (ValueError, KeyError, TypeError):
        return content.decode(errors="replace")


def follow(
    bucket: Bucket, made: Import, *, poll_seconds: float = 0.5, patience_seconds: float = 40 * 60
) -> Iterator[Report]:
    """Yield the report each time it changes, until the upload is done.

    Raises Stalled after `patience_seconds` without a change. The default is longer than two runs of
    a stage and Lambda's pause between them.
    """
    seen: Report | None = None
    deadline = time.monotonic() + patience_seconds
    while seen is None or seen.state != "done":
        found = bucket.report(made)
        if found and found[0] != seen:
            seen = found[0]
            deadline = time.monotonic() + patience_seconds
            yield seen
        elif time.monotonic() > deadline:
            raise Stalled(
                "nothing has happened to it for long: see `ingest dlq list --source files`"
            )
        else:
            time.sleep(poll_seconds)

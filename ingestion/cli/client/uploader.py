"""Uploads a file for a source: asks the API where to, puts it there, reads what became of it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from pydantic_core import from_json, to_json
from urllib3 import BaseHTTPResponse, PoolManager, Retry
from urllib3.exceptions import HTTPError

from ingestion.cli.client.posting import Authenticate, Post, send
from ingestion.cli.client.sender import REPEAT_ON, Unreachable
from ingestion.errors import IngestionError
from ingestion.files.bucket import Bucket
from ingestion.files.report import Report
from ingestion.files.upload import Import

_RETRIES = Retry(
    3,
    backoff_factor=0.3,
    status_forcelist=REPEAT_ON,
    allowed_methods=None,  # An address that nobody puts a file to is harmless.
    raise_on_status=False,
)


class NotUploaded(IngestionError):
    """The API or the bucket refused; the message holds its words."""


class Stalled(IngestionError):
    """Nothing has happened to an upload for longer than a stage may take."""


@dataclass(frozen=True)
class Uploader:
    """One source's path, and how it shows who it is."""

    url: str
    authenticate: Authenticate
    http: PoolManager = field(default_factory=PoolManager)

    def upload(self, name: str, content: IO[bytes], size_bytes: int) -> Import:
        """Upload a file under this name. Raises Unreachable or NotUploaded."""
        return self._put(self._place(name), content, size_bytes)

    def _place(self, name: str) -> dict[str, Any]:
        """Where the API wants the file."""
        post = Post(f"{self.url}/uploads", to_json({"name": name}))
        answer = _checked(lambda: send(self.http, post, self.authenticate, _RETRIES), post.url)
        document: dict[str, Any] = from_json(answer.data)
        return document

    def _put(self, place: dict[str, str], content: IO[bytes], size_bytes: int) -> Import:
        headers = {"Content-Length": str(size_bytes)}
        method, url = place["method"], place["url"]
        answer = _checked(
            lambda: self.http.request(
                method,
                url,
                headers=headers,
                body=content,
                retries=False,  # It is read once.
            ),
            url,
        )
        return Import.of_version(place["key"], answer.headers["x-amz-version-id"])


def _checked(ask: Callable[[], BaseHTTPResponse], url: str) -> BaseHTTPResponse:
    """The answer of `url`. Raises Unreachable, or NotUploaded where it refuses."""
    try:
        answer = ask()
    except HTTPError as error:
        raise Unreachable(f"nobody answers at {url.partition('?')[0]}") from error
    if answer.status not in (200, 201):
        raise NotUploaded(f"HTTP {answer.status}: {_said(answer.data)}")
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

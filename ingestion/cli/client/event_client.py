"""Sends a file's events to a source's path in batches. Retries use the same ids."""

from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple
from uuid import uuid4

import httpx

from ingestion import exact_json
from ingestion.cli import redact_output
from ingestion.cli.client.posting import RETRY_ON, post_json
from ingestion.cli.output import write_exact_json
from ingestion.errors import IngestionError
from ingestion.exact_json import UnreadableItem
from ingestion.files.rows.document import holds_lines
from ingestion.times import timestamp

# The API's limits for one request. Base64 on the way to the function makes 6 MB of the bytes.
MAX_BATCH_EVENTS = 500
MAX_BATCH_BYTES = 4_000_000
_REDACTED = (
    f"contains {redact_output.HIDDEN} instead of a value: export with --show-personal, then send"
)
_SPLIT_ON = (400, 413)  # Statuses of a whole batch that a single event may have caused.


class Unreachable(IngestionError):
    """The API does not respond."""


class UnsentEvent(NamedTuple):
    """An event to send, and its line or its place in the array, counted from 1."""

    line: int
    content: Any


@dataclass(frozen=True)
class RejectedLine:
    """Why the event of a line was rejected."""

    line: int
    reason: str
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.field}: " if self.field else ""
        return f"line {self.line}: {self.reason}: {place}{self.message}"


@dataclass
class Summary:
    """Counts of events. Send those that were not published again, and fix those in `errors`."""

    accepted: int = 0
    rejected: int = 0
    not_taken: int = 0
    errors: list[RejectedLine] = field(default_factory=list)

    def reject(self, *rejections: RejectedLine) -> None:
        """Count the lines of these rejections."""
        self.rejected += len({rejection.line for rejection in rejections})
        self.errors += rejections


def read_events(stream: BinaryIO, *, lines: bool) -> Iterator[UnsentEvent | RejectedLine]:
    """Yield the events of JSON Lines, or of one JSON document: an event or an array.

    A text that is not one document may be JSON Lines too, as in an uploaded file. Yields a
    RejectedLine for what is not JSON.
    """
    if not lines:
        text = stream.read()
        try:
            document = exact_json.read_by_item(text)
        except ValueError as error:
            if text.strip() and not holds_lines(text.decode(errors="replace")):
                yield RejectedLine(1, "not_json", "", f"not JSON: {error}")
                return
            stream = BytesIO(text)
        else:
            items = document if isinstance(document, list) else [document]
            yield from (_unsent(place, item) for place, item in enumerate(items, 1))
            return
    for number, line in enumerate(stream, 1):
        if content := line.removeprefix(BOM_UTF8).strip():
            yield _parse_line(number, content)


def _unsent(place: int, item: Any) -> UnsentEvent | RejectedLine:
    if isinstance(item, UnreadableItem):
        return RejectedLine(place, "not_json", "", item.message)
    return UnsentEvent(place, item)


def _parse_line(number: int, line: bytes) -> UnsentEvent | RejectedLine:
    try:
        content = exact_json.read(line)
    except ValueError as error:
        return RejectedLine(number, "not_json", "", str(error))
    if isinstance(content, list):
        return RejectedLine(number, "not_an_event", "", "an array: name the file .json, not .jsonl")
    return UnsentEvent(number, content)


@dataclass(frozen=True)
class EventClient:
    """Sends to one source's URL, `batch_events` in a request.

    Rejections quote personal data only if `show_personal`.
    """

    url: str
    http: httpx.Client
    batch_events: int = 100
    retries: int = 8
    show_personal: bool = False

    def send_events(self, events: Iterable[UnsentEvent | RejectedLine], summary: Summary) -> None:
        """Send all events, and count them in `summary` after each request.

        Adds missing ids and times, so that a retry sends the same event. Raises Unreachable if the
        API does not respond, and counts that batch as `not_taken`.
        """
        started = datetime.now(UTC)
        batch: list[UnsentEvent] = []
        size = 0
        for event in events:
            if isinstance(event, RejectedLine):
                summary.reject(event)
                continue
            if redact_output.is_redacted(event.content):
                summary.reject(RejectedLine(event.line, "masked", "", _REDACTED))
                continue
            content = _add_id_and_time(event.content, started + timedelta(microseconds=event.line))
            weight = len(write_exact_json(content).encode()) + 1
            if batch and (len(batch) == self.batch_events or size + weight > MAX_BATCH_BYTES):
                self._send_batch(batch, summary)
                batch, size = [], 0
            batch.append(UnsentEvent(event.line, content))
            size += weight
        if batch:
            self._send_batch(batch, summary)

    def _send_batch(self, batch: list[UnsentEvent], summary: Summary) -> None:
        body = write_exact_json([event.content for event in batch]).encode()
        try:
            response = post_json(self.http, self.url, body, retries=self.retries)
        except httpx.RequestError as error:
            summary.not_taken += len(batch)
            raise Unreachable(f"no response from {self.url}") from error
        if response.status_code in _SPLIT_ON and len(batch) > 1:
            middle = len(batch) // 2
            self._send_batch(batch[:middle], summary)
            self._send_batch(batch[middle:], summary)
        else:
            self._count_results(response, batch, summary)

    def _count_results(
        self, response: httpx.Response, batch: list[UnsentEvent], summary: Summary
    ) -> None:
        try:
            document = response.json()
        except ValueError:
            document = {}
        if "events" in document:
            statuses = Counter(event["status"] for event in document["events"])
            summary.accepted += statuses["accepted"]
            summary.not_taken += statuses["not_taken"]
            summary.reject(*(self._rejection(batch[e["index"]], e) for e in document["errors"]))
        elif response.status_code in RETRY_ON:
            summary.not_taken += len(batch)
        else:
            reason = f"http_{response.status_code}"
            message = f"HTTP {response.status_code}: {document.get('detail', 'no reason given')}"
            summary.reject(*(RejectedLine(event.line, reason, "", message) for event in batch))

    def _rejection(self, posted: UnsentEvent, error: dict[str, str]) -> RejectedLine:
        message = error["message"]
        if not self.show_personal:
            message = redact_output.message(message, posted.content)
        return RejectedLine(posted.line, error["reason"], error["field"], message)


def _add_id_and_time(content: Any, default_time: datetime) -> Any:
    if not isinstance(content, dict):
        return content
    defaults = {"id": str(uuid4()), "time": timestamp(default_time)}
    return content | {k: v for k, v in defaults.items() if content.get(k) is None}

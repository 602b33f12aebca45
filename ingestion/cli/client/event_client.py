"""Sends a file's events to a source's path in batches. Retries use the same ids."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

import entities
from entities.faults import did_you_mean
from ingestion.cli import redact_output
from ingestion.cli.client.event_file import RejectedLine, Unit, UnsentEvent
from ingestion.cli.client.posting import (
    RETRY_ON,
    NotAllowed,
    Unreachable,
    json_object,
    post_json,
    require_credential,
)
from ingestion.cli.client.rows import without_unknown_fields
from ingestion.cli.exact_numbers import write_exact_json
from ingestion.errors import UNKNOWN_FIELD
from ingestion.syntax.times import timestamp

# The API's limits for one request. Base64 on the way to the function makes 6 MB of the bytes.
MAX_BATCH_EVENTS = 500
MAX_BATCH_BYTES = 4_000_000
_REDACTED = (
    f"contains {redact_output.HIDDEN} instead of a value: export with --show-personal, then send"
)
_EVENT_KEYS = ("entity_name", "body", "specversion")  # An event has one of these.
_SPLIT_ON = (400, 413)  # Statuses of a whole batch that a single event may have caused.


@dataclass
class Summary:
    """Counts of events. Send those that were not published again, and fix those in `errors`.

    The events up to the place `settled` were accepted or rejected; `unit` says what it counts.
    `has_unknown_rows` says that objects without `entity_name` had fields that no row has. A payload
    of a source with rules is `ignored`, or becomes any number of events.
    """

    accepted: int = 0
    rejected: int = 0
    not_taken: int = 0
    ignored: int = 0
    errors: list[RejectedLine] = field(default_factory=list)
    settled: int = 0
    unit: Unit = "line"
    has_unknown_rows: bool = False

    def reject(self, *rejections: RejectedLine) -> None:
        """Count the lines of these rejections."""
        self.rejected += len({rejection.line for rejection in rejections})
        self.errors += rejections


@dataclass(frozen=True)
class EventClient:
    """Sends to one source's URL, `batch_events` in a request.

    Rejections quote personal data only if `show_personal`. `sends_payloads` says that the rules of
    the source make the events.
    """

    url: str
    http: httpx.Client
    batch_events: int = 100
    retries: int = 8
    show_personal: bool = False
    sends_payloads: bool = False

    def send_events(self, events: Iterable[UnsentEvent | RejectedLine], summary: Summary) -> None:
        """Send all events, and count them in `summary` after each request.

        Adds missing ids and times, so that a retry sends the same event; payloads are sent as they
        are. Raises Unreachable if the API does not respond, and counts that batch as `not_taken`.
        Raises NotAllowed.
        """
        started = datetime.now(UTC)
        batch: list[UnsentEvent] = []
        size = 0
        for event in events:
            if isinstance(event, RejectedLine):
                summary.reject(event)
                continue
            if redact_output.is_redacted(event.content):
                summary.reject(RejectedLine(event.line, "masked", "", _REDACTED, event.unit))
                continue
            content = event.content
            if not self.sends_payloads:
                content = _add_id_and_time(content, started + timedelta(microseconds=event.line))
            weight = len(write_exact_json(content).encode()) + 1
            if batch and (len(batch) == self.batch_events or size + weight > MAX_BATCH_BYTES):
                self._send_batch(batch, summary)
                batch, size = [], 0
            batch.append(event._replace(content=content))
            size += weight
        if batch:
            self._send_batch(batch, summary)

    def _send_batch(self, batch: list[UnsentEvent], summary: Summary) -> None:
        summary.unit = batch[0].unit
        body = write_exact_json([event.content for event in batch]).encode()
        try:
            response = post_json(self.http, self.url, body, retries=self.retries)
        except httpx.RequestError as error:
            summary.not_taken += len(batch)
            raise Unreachable(self.url) from error
        require_credential(response)
        if response.status_code in _SPLIT_ON and len(batch) > 1:
            middle = len(batch) // 2
            self._send_batch(batch[:middle], summary)
            self._send_batch(batch[middle:], summary)
        else:
            self._count_results(response, batch, summary)
            if not summary.not_taken:
                summary.settled = batch[-1].line

    def _count_results(
        self, response: httpx.Response, batch: list[UnsentEvent], summary: Summary
    ) -> None:
        document = json_object(response)
        if document.get("quarantined") and not document["events"]:
            message = str(document.get("detail"))
            summary.reject(
                *(RejectedLine(e.line, "quarantined", "", message, e.unit) for e in batch)
            )
        elif "events" in document:
            statuses = Counter(event["status"] for event in document["events"])
            summary.accepted += statuses["accepted"]
            summary.not_taken += statuses["not_taken"]
            summary.ignored += statuses["ignored"]
            summary.reject(*self._rejections(batch, document["errors"], summary))
        elif response.status_code in RETRY_ON:
            summary.not_taken += len(batch)
        elif not response.is_client_error:  # Such as the page of another server.
            raise NotAllowed(response)
        else:
            reason = f"http_{response.status_code}"
            message = f"HTTP {response.status_code}: {document.get('detail', 'no reason given')}"
            summary.reject(
                *(RejectedLine(event.line, reason, "", message, event.unit) for event in batch)
            )

    def _rejections(
        self, batch: list[UnsentEvent], errors: list[dict[str, Any]], summary: Summary
    ) -> Iterator[RejectedLine]:
        by_index = defaultdict(list)
        for error in errors:
            by_index[error["index"]].append(error)
        for index, found in by_index.items():
            shown = without_unknown_fields(found) if batch[index].is_row else found
            summary.has_unknown_rows |= shown != found
            yield from (self._rejection(batch[index], error) for error in shown)

    def _rejection(self, posted: UnsentEvent, error: dict[str, str]) -> RejectedLine:
        message = error["message"]
        if not self.show_personal:
            message = redact_output.message(message, posted.content)
        if error["message"] == UNKNOWN_FIELD:
            message += _closest_field(posted, error["field"])
        return RejectedLine(posted.line, error["reason"], error["field"], message, posted.unit)


def _closest_field(posted: UnsentEvent, field: str) -> str:
    """Return a question with the field of the entity that the sender may have meant."""
    _, body, name = field.rpartition("body.")
    event = posted.content if isinstance(posted.content, dict) else {}
    is_of_body = bool(body) or posted.is_row
    model = entities.models().get(str(event.get("entity_name"))) if is_of_body else None
    return did_you_mean(name, model.model_fields) if model else ""


def _add_id_and_time(content: Any, default_time: datetime) -> Any:
    if not isinstance(content, dict) or content.keys().isdisjoint(_EVENT_KEYS):
        return content  # No event, but a payload that the source's rules may take.
    defaults = {"id": str(uuid4()), "time": timestamp(default_time)}
    return content | {k: v for k, v in defaults.items() if content.get(k) is None}

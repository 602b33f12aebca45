"""A dead letter: why it is one, what of it may be shown, how it is edited and goes back."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from botocore.exceptions import ClientError
from pydantic import Field
from pydantic_core import from_json, to_json

from ingestion.aws.retry import NO_ANSWER
from ingestion.cli import masking
from ingestion.cli.dlq.destinations import Destinations
from ingestion.cli.dlq.edits import Change, NoSuchPlace
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import REDRIVE_COUNT, REQUEST_ID, RETRIES_EXHAUSTED, Event, queue_text

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# The queues that no source has; the last is also a reason.
CHANGES, FILES, UNROUTED = "changes", "files", "unrouted"
UNDELIVERED = "undelivered"
LETTER_ID = "letter_id"
PUBLISH_SECONDS = 30  # Of the time that a page of letters is held.
_ERROR_CODE = "ErrorCode"  # The attribute of what SNS could not deliver.


class Redriven(Event):
    """A dead letter's event on its way back: as it was, under a new deduplication id.

    The topic swallows an id that it has seen within five minutes, so this one tells which message
    of which round comes back: an event that was mended, or failed once more, is in another.
    """

    original: str = Field(exclude=True)
    message_id: str = Field(exclude=True)
    redrive_count: int = Field(exclude=True)
    request_id: str = Field(default="", exclude=True)

    @cached_property
    def json_bytes(self) -> bytes:
        """The event as it was, with whatever else its sender put there."""
        return self.original.encode()

    @property
    def attributes(self) -> dict[str, str]:
        """What the topic filters by, how often the event came back, and what brought it first."""
        brought_by = {REQUEST_ID: self.request_id} if self.request_id else {}
        return super().attributes | brought_by | {REDRIVE_COUNT: str(self.redrive_count)}

    @property
    def deduplication_id(self) -> str:
        """Equal only for the same message brought back again."""
        return sha256(
            f"{self.source}\n{self.id}:r{self.redrive_count}\n{self.message_id}".encode()
        ).hexdigest()


@dataclass(frozen=True)
class Letter:
    """A message of a dead-letter queue, which `queue` names: an event unless a subclass says so.

    `fixed` says why messages of a kind cannot be edited.
    """

    fixed: ClassVar[str] = ""

    queue: str
    message_id: str
    receipt_handle: str
    body: str
    sent_at: datetime
    attributes: Mapping[str, str]

    @classmethod
    def from_message(cls, queue: str, message: "MessageTypeDef") -> Self:
        """The letter that SQS gave, all attributes included."""
        attributes = message.get("MessageAttributes", {})
        return cls(
            queue,
            message["MessageId"],
            message["ReceiptHandle"],
            message["Body"],
            datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
            {name: value.get("StringValue", "") for name, value in attributes.items()},
        )

    @property
    def reason(self) -> str:
        """Why it is here: what the worker said, or how it came."""
        if self.queue == UNROUTED:
            return UNROUTED
        otherwise = UNDELIVERED if _ERROR_CODE in self.attributes else RETRIES_EXHAUSTED
        return self.attributes.get("reason", otherwise)

    @property
    def detail(self) -> str:
        """What the worker said of it."""
        return self.attributes.get("detail", "")

    @property
    def masked(self) -> Any:
        """The body's JSON without what may be personal."""
        return masking.event(self.document)

    @property
    def masked_detail(self) -> str:
        """What the worker said of it without what may be personal."""
        return masking.stored_detail(self.detail, self.document)

    @property
    def redrive_count(self) -> int:
        """How often it was brought back before."""
        text = self.attributes.get(REDRIVE_COUNT, "")
        return int(text) if text.isascii() and text.isdigit() else 0

    @property
    def request_id(self) -> str:
        """The HTTP request or the upload that brought it, where it says so."""
        return self.attributes.get(REQUEST_ID, "")

    @cached_property
    def document(self) -> Any:
        """The body's JSON; None where it is none."""
        try:
            return from_json(self.body)
        except ValueError:
            return None

    @property
    def letter_id(self) -> str:
        """The id of the first message: an edit puts another in its place."""
        return self.attributes.get(LETTER_ID, self.message_id)

    @property
    def id(self) -> str:
        """The event's id, or the message's where it has none."""
        event_id = self.document.get("id") if isinstance(self.document, dict) else None
        return event_id if event_id and isinstance(event_id, str) else self.message_id

    @property
    def ids(self) -> tuple[str, str, str]:
        """What it may be called: its event's id, and its message's, now and before edits."""
        return self.id, self.message_id, self.letter_id

    def check(self, to: Destinations) -> Any:
        """What goes back, here the event. Raises RejectedRecord with what would fail again."""
        event = Event.from_json(self.body)
        if self.queue not in (UNROUTED, event.source):
            raise RejectedRecord("wrong_source", FieldError("source", f"must be {self.queue!r}"))
        to.catalog.entity_of(event)
        return Redriven(
            **event.model_dump(),
            original=self.body,
            message_id=self.message_id,
            redrive_count=self.redrive_count + 1,
            request_id=self.request_id,
        )

    @classmethod
    def send(cls, sound: "Sound", to: Destinations) -> "Sent":
        """Send what `check` gave, here to the router."""
        events = [event for _, event in sound]
        left = to.router.publish(events, time.monotonic() + PUBLISH_SECONDS).left
        not_taken = {id(event) for event, _ in left}
        return Sent([letter for letter, event in sound if id(event) not in not_taken], [])

    def edited(self, changes: Iterable[Change]) -> str:
        """The body with these changes. Raises NoSuchPlace."""
        if self.fixed:
            raise NoSuchPlace(self.fixed)
        if not isinstance(self.document, dict):
            raise NoSuchPlace("the message is no JSON object: drop it and send the event anew")
        document = from_json(self.body)
        for change in changes:
            change.apply(document)
        return queue_text(to_json(document).decode())


Sound = Sequence[tuple[Letter, Any]]  # With what goes back.


class Sent(NamedTuple):
    """The letters that were taken, and those that failed again; the others were not taken."""

    taken: list[Letter]
    failed: list[tuple[Letter, RejectedRecord]]


def send_in_order(sound: Sound, send: Callable[[Letter, Any], bool]) -> Sent:
    """Send one after another, until one is not taken: `send` says whether it was.

    What it raises RejectedRecord for has failed again.
    """
    sent = Sent([], [])
    for letter, content in sound:
        try:
            if not send(letter, content):
                break
            sent.taken.append(letter)
        except (ClientError, *NO_ANSWER):
            break
        except RejectedRecord as rejection:
            sent.failed.append((letter, rejection))
    return sent

"""The operator's side of dead letters: look at them, bring them back, mend them, drop them.

Looking hides messages from other readers for the length of the call. It adds to the receive counts
that SQS keeps, on which nothing acts here: these queues have no redrive policy of their own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from pydantic import Field
from pydantic_core import from_json, to_json

from ingestion.catalog import Catalog
from ingestion.cli import masking
from ingestion.errors import FieldError, IngestionError, RejectedRecord
from ingestion.event import REDRIVE_COUNT, REQUEST_ID, RETRIES_EXHAUSTED, Event, queue_text

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

UNROUTED = "unrouted"
CHANGES = "changes"
FILES = "files"
UNDELIVERED = "undelivered"
MAX_MESSAGES = 10  # SQS: the most of one call.
POOL_SIZE = 16  # Most of a look is waiting.
LETTERS_A_SECOND = 10  # What a look surely gets through: it holds a queue's letters for so long.
MAX_HOLD_SECONDS = 12 * 3600  # SQS: the longest visibility timeout.
WAIT_SECONDS = 1  # Long polling asks all of a queue's servers.
_LETTER_ID = "letter_id"
_ERROR_CODE = "ErrorCode"  # The attribute of what SNS could not deliver.


class NoSuchPlace(IngestionError):
    """An edit names a place that the event does not have."""


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
    """A message of a dead-letter queue, which `queue` names: an event unless a subclass says so."""

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
        return self.attributes.get(_LETTER_ID, self.message_id)

    @property
    def id(self) -> str:
        """The event's id, or the message's where it has none."""
        event_id = self.document.get("id") if isinstance(self.document, dict) else None
        return event_id if event_id and isinstance(event_id, str) else self.message_id

    def redriven(self, catalog: Catalog) -> Redriven:
        """The event as it goes back. Raises RejectedRecord with what would fail again."""
        event = Event.from_json(self.body)
        if self.queue not in (UNROUTED, event.source):
            raise RejectedRecord("wrong_source", FieldError("source", f"must be {self.queue!r}"))
        catalog.entity_of(event)
        return Redriven(
            **event.model_dump(),
            original=self.body,
            message_id=self.message_id,
            redrive_count=self.redrive_count + 1,
            request_id=self.request_id,
        )

    def edited(self, changes: Iterable["Change"]) -> str:
        """The body with these changes. Raises NoSuchPlace."""
        document = from_json(self.body) if isinstance(self.document, dict) else None
        if document is None:
            raise NoSuchPlace("the message is no JSON object: drop it and send the event anew")
        for change in changes:
            change.apply(document)
        return queue_text(to_json(document).decode())


class Change(NamedTuple):
    """A new value for a dotted place, such as data.contract_type; no value takes it away."""

    path: str
    value: Any = None
    is_removal: bool = False

    def apply(self, document: dict[str, Any]) -> None:
        """Change the document. Raises NoSuchPlace."""
        *parents, name = self.path.split(".")
        place: Any = document
        for parent in parents:
            place = place.get(parent) if isinstance(place, dict) else None
        if not isinstance(place, dict) or (self.is_removal and name not in place):
            raise NoSuchPlace(f"the event has no place {self.path!r}: its fields are under data.")
        if self.is_removal:
            del place[name]
        else:
            place[name] = self.value


def backlog(sqs: "SQSClient", url: str) -> int:
    """About how many messages a queue holds, shown or not."""
    answer = sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(map(int, answer["Attributes"].values()))


@dataclass(frozen=True)
class DeadLetterQueues:
    """The queues of dead letters by name, and which kind of letter is in which.

    A look hides the letters for `hold_seconds`, and for longer where there are many.
    """

    sqs: "SQSClient"
    urls: Mapping[str, str]
    letter_types: Mapping[str, type[Letter]] = field(default_factory=dict)
    hold_seconds: int = 60

    @contextmanager
    def look(self, name: str) -> Iterator[Iterator[Letter]]:
        """Every letter that the queue of this name shows, given back at the end.

        A FIFO queue shows no more of a group while some of it are looked at: of letters that came
        without a reason, which keep their entity's group, the first ones show. Deleting them lets
        the others show within the same look.
        """
        held: list[Letter] = []
        try:
            yield self._letters(name, held)
        finally:
            self._give_back(name, held)

    def read(self, *names: str) -> list[Letter]:
        """All letters that these queues show; on return nobody holds them."""

        def read_one(name: str) -> list[Letter]:
            with self.look(name) as letters:
                return list(letters)

        with ThreadPoolExecutor(POOL_SIZE) as pool:
            return list(chain.from_iterable(pool.map(read_one, names)))

    def count(self, *names: str) -> int:
        """About how many messages the queues hold, shown or not."""
        return sum(backlog(self.sqs, self.urls[name]) for name in names)

    def delete(self, letters: Sequence[Letter]) -> int:
        """Take up to `MAX_MESSAGES` letters of one queue away; how many it let go."""
        if not letters:
            return 0
        answer = self.sqs.delete_message_batch(
            QueueUrl=self.urls[letters[0].queue],
            Entries=[
                {"Id": str(n), "ReceiptHandle": letter.receipt_handle}
                for n, letter in enumerate(letters)
            ],
        )
        return len(answer.get("Successful", []))

    def replace(self, letter: Letter, body: str) -> None:
        """Put a mended letter in the place of this one: first the new, so that none is lost."""
        own_id = sha256(f"{letter.message_id}\n{body}".encode()).hexdigest()
        self.sqs.send_message(
            QueueUrl=self.urls[letter.queue],
            MessageBody=body,
            MessageGroupId=own_id,
            MessageDeduplicationId=own_id,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in {**letter.attributes, _LETTER_ID: letter.letter_id}.items()
                if value
            },
        )
        self.delete([letter])

    def _letters(self, name: str, held: list[Letter]) -> Iterator[Letter]:
        hold = self.hold_seconds + self.count(name) // LETTERS_A_SECOND
        seen: set[str] = set()
        while page := self._receive(name, min(hold, MAX_HOLD_SECONDS)):
            held += page
            yield from (letter for letter in page if letter.message_id not in seen)
            seen |= {letter.message_id for letter in page}

    def _receive(self, name: str, hold_seconds: int) -> list[Letter]:
        answer = self.sqs.receive_message(
            QueueUrl=self.urls[name],
            MaxNumberOfMessages=MAX_MESSAGES,
            VisibilityTimeout=hold_seconds,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        letter_type = self.letter_types.get(name, Letter)
        return [letter_type.from_message(name, message) for message in answer.get("Messages", [])]

    def _give_back(self, name: str, held: list[Letter]) -> None:
        """Show the letters again; those that were deleted meanwhile are passed over."""
        for first in range(0, len(held), MAX_MESSAGES):
            chunk = held[first : first + MAX_MESSAGES]
            self.sqs.change_message_visibility_batch(
                QueueUrl=self.urls[name],
                Entries=[
                    {"Id": str(n), "ReceiptHandle": letter.receipt_handle, "VisibilityTimeout": 0}
                    for n, letter in enumerate(chunk)
                ],
            )

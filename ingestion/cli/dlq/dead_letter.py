"""A message of a dead-letter queue, and the message that replaces it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, reduce
from operator import getitem
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ingestion.event import REDRIVE_COUNT
from ingestion.syntax import exact_json
from ingestion.syntax.times import timestamp

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

MAX_MESSAGES = 10  # SQS: the most of one call.
_MAX_BATCH_BYTES = 262_144  # SQS: the most of one call that sends messages.
_ATTRIBUTE_BYTES = 8_000  # A generous bound: a detail has up to 1,000 characters.
ORIGINAL_ID = "letter_id"  # The attribute with the message's id before its first edit.


@dataclass(frozen=True)
class DeadLetter:
    """A message of the dead-letter queue that `queue` names.

    The queue's redrive target fills the last four fields with what the operator may see.
    """

    queue: str
    message_id: str
    receipt_handle: str
    body: str
    sent_at: datetime
    attributes: Mapping[str, str]
    event_id: str = ""
    reason: str = ""
    detail: str = ""
    content: Any = None

    @classmethod
    def from_message(cls, queue: str, message: "MessageTypeDef") -> Self:
        """Read a message that was received with all its attributes."""
        attributes = message.get("MessageAttributes", {})
        return cls(
            queue,
            message["MessageId"],
            message["ReceiptHandle"],
            message["Body"],
            datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
            {name: value.get("StringValue", "") for name, value in attributes.items()},
        )

    @cached_property
    def document(self) -> Any:
        """The body's JSON value; None if the body is not JSON."""
        try:
            return exact_json.read(self.body)
        except ValueError:
            return None

    def value(self, *path: str | int) -> Any:
        """Return the value at a path of keys and indexes in the document, or None."""
        try:
            return reduce(getitem, path, self.document)
        except (KeyError, IndexError, TypeError):
            return None

    @property
    def entity_name(self) -> str:
        """Return the name of the event's entity; empty if the message names none."""
        return entity_name_of(self.document)

    @property
    def redrive_count(self) -> int:
        """Return how often the message was redriven; 0 if that is not a number of this size."""
        text = self.attributes.get(REDRIVE_COUNT, "")
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0

    @property
    def original_id(self) -> str:
        """The message's id before its first edit. An edit replaces the message."""
        return self.attributes.get(ORIGINAL_ID, self.message_id)

    @property
    def ids(self) -> set[str]:
        """All ids by which an operator may name the dead letter."""
        return {self.event_id, self.message_id, self.original_id}

    @property
    def facts(self) -> dict[str, Any]:
        """Return the fields that identify the dead letter, without its content."""
        return {
            "message_id": self.original_id,
            "event_id": self.event_id,
            "queue": self.queue,
            "reason": self.reason,
            "since": timestamp(self.sent_at),
            "redrive_count": self.redrive_count,
        }


@dataclass(frozen=True)
class DeadLetterFilter:
    """Selects dead letters by reason, age, id and entity."""

    reason: str | None = None
    since: datetime | None = None
    ids: list[str] = field(default_factory=list)
    entity: str | None = None

    def matches(self, dead_letter: DeadLetter) -> bool:
        """Return whether the dead letter is selected."""
        return (
            self.reason in (None, dead_letter.reason)
            and (self.since is None or dead_letter.sent_at >= self.since)
            and (self.entity is None or self.entity.upper() == dead_letter.entity_name)
            and (not self.ids or not dead_letter.ids.isdisjoint(self.ids))
        )

    def missing_ids(self, found: Iterable[DeadLetter]) -> list[str]:
        """Return the ids that none of the dead letters has."""
        known = {dead_letter_id for dead_letter in found for dead_letter_id in dead_letter.ids}
        return [dead_letter_id for dead_letter_id in self.ids if dead_letter_id not in known]


def entity_name_of(document: Any) -> str:
    """Return the name of an event's entity; empty if the document names none."""
    event_type = document.get("type") if isinstance(document, dict) else None
    return event_type.rpartition(".")[0].upper() if isinstance(event_type, str) else ""


def string_attributes(values: Mapping[str, str]) -> dict[str, Any]:
    """Return a message's attributes without the empty ones."""
    return {name: {"DataType": "String", "StringValue": v} for name, v in values.items() if v}


class Replacement(NamedTuple):
    """A message, its new body, and the deduplication id of the message with this body."""

    old: DeadLetter
    body: str
    new_id: str

    @property
    def entry(self) -> dict[str, Any]:
        """Return the new message as an entry of a batch. It has a group of its own."""
        attributes = {**self.old.attributes, ORIGINAL_ID: self.old.original_id}
        return {
            "MessageBody": self.body,
            "MessageGroupId": self.new_id,
            "MessageDeduplicationId": self.new_id,
            "MessageAttributes": string_attributes(attributes),
        }


def batches(replacements: Iterable[Replacement]) -> Iterator[list[Replacement]]:
    """Yield lists that one call may send."""
    batch: list[Replacement] = []
    batch_bytes = 0
    for each in replacements:
        each_bytes = len(each.body.encode()) + _ATTRIBUTE_BYTES
        is_full = len(batch) == MAX_MESSAGES or batch_bytes + each_bytes > _MAX_BATCH_BYTES
        if batch and is_full:
            yield batch
            batch, batch_bytes = [], 0
        batch.append(each)
        batch_bytes += each_bytes
    if batch:
        yield batch

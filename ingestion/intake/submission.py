"""Turns posted items into events one by one, so that a bad item affects only itself."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, NamedTuple
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from entities.base import id_field
from ingestion.catalog import Sender
from ingestion.errors import FieldError, Model, RejectedRecord, validate_as
from ingestion.event import Event, EventId, Operation, check_size
from ingestion.syntax.exact_json import UnreadableItem
from ingestion.syntax.times import Timestamp, timestamp

MAX_EVENTS = 500
EventTime = Annotated[
    Timestamp,
    Field(
        description="When the event happened (default: the time of receipt), within the source's"
        " bound: not before 1970 and at most 5 minutes after the receipt, if the catalog sets no"
        " other bound."
    ),
]


class Submission(BaseModel):
    """One posted event: what happened (`operation`) to which entity, when, and its content.

    The default of `id` is a new id, that of `time` the time of receipt. `body` holds the complete
    entity for an upsert, and only the id for a delete.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    entity_name: str
    body: dict[str, Any]
    id: EventId | None = None
    time: EventTime | None = None
    operation: Operation = "upsert"
    source: str | None = None


class SignedMessage(NamedTuple):
    """A message that its sender may repeat: its id, and the time of its first receipt.

    `accepted_with` is the status of the response if the same request was accepted before.
    """

    message_id: str
    first_received_at: datetime
    accepted_with: int | None = None


@dataclass(frozen=True)
class Caller:
    """The authenticated owner of the path, and the message if the sender identifies it.

    `signature_header` is in lower case.
    """

    name: str
    source: Sender
    message: SignedMessage | None = None
    signature_header: str | None = None

    @property
    def accepted_with(self) -> int | None:
        """Return the status of the response if the same request was accepted before."""
        return self.message.accepted_with if self.message else None

    def first_receipt(self, received_at: datetime) -> datetime:
        """Return the time of the first receipt of a repeated message, otherwise `received_at`."""
        return self.message.first_received_at if self.message else received_at

    def event_id(self, position: int) -> str:
        """Return the id of an event without one. A repeated message gets the same ids again."""
        if self.message is None:
            return str(uuid4())
        return sha256(f"{position}.{self.message.message_id}".encode()).hexdigest()


@dataclass(frozen=True)
class Format:
    """A format of events: its reader, and the fields with the entity's name and content.

    `read` raises RejectedRecord.
    """

    read: Callable[[Any], Submission]
    entity_name: str
    body: str


def read_as(model: type[Model], item: Any) -> Model:
    """Return the item as the model. Raises RejectedRecord."""
    if isinstance(item, UnreadableItem):
        raise RejectedRecord("invalid_event", FieldError("", f"is not JSON: {item.message}"))
    if not isinstance(item, dict):
        raise RejectedRecord("invalid_event", FieldError("", "must be a JSON object"))
    return validate_as(model, item, "invalid_event")


# The platform's own format has the fields of a submission.
NATIVE = Format(lambda item: read_as(Submission, item), "entity_name", "body")


def events_of(
    items: list[Any], caller: Caller, received_at: datetime, form: Format = NATIVE
) -> Iterator[Event | RejectedRecord]:
    """Yield each item's event, or the reason for its rejection, in order.

    Items without a time get the time of receipt, a microsecond apart, so a later item is newer.
    A repeated message has the time of its first receipt, so a repeat changes nothing.
    """
    first_received_at = caller.first_receipt(received_at)
    receipt = timestamp(received_at)
    for position, item in enumerate(items):
        try:
            submission = form.read(item)
            event_id = submission.id or caller.event_id(position)
            time = submission.time or timestamp(
                first_received_at + timedelta(microseconds=position)
            )
            yield to_event(submission, form, caller, receipt, time, event_id)
        except RejectedRecord as rejection:
            yield rejection


def to_event(
    submission: Submission, form: Format, caller: Caller, received_at: str, time: str, event_id: str
) -> Event:
    """Return the event of a submission, with this time and id. Raises RejectedRecord."""
    if submission.source not in (None, caller.name):
        raise RejectedRecord("wrong_source", FieldError("source", f"must be {caller.name!r}"))
    name, body = submission.entity_name, submission.body
    is_delete = submission.operation == "delete"
    check_size(to_json(body))  # First: each error of a large body takes much memory.
    caller.source.validate_entity(
        name, body, delete=is_delete, within=form.body, named_by=form.entity_name
    )
    caller.source.check_time(time, received_at)
    event = Event(
        id=event_id,
        source=caller.name,
        type=f"{name.lower()}.{submission.operation}",
        subject=body[id_field(name)],
        time=time,
        receivedat=received_at,
        data=body,
        is_timed_by_receipt=submission.time is None,
    )
    check_size(event.json_bytes)
    return event

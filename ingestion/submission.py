"""What senders post, turned into events one by one, so that a bad one harms only itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from entities.base import id_field
from ingestion.catalog import Lane
from ingestion.errors import FieldError, IngestionError, RejectedRecord
from ingestion.event import MAX_EVENT_BYTES, Event, EventId, Operation, Timestamp, timestamp

MAX_EVENTS = 500
TOO_LARGE = "too_large"
_REPLACEMENT = "\ufffd".encode()  # What others put where bytes were not UTF-8.


class Submission(BaseModel):
    """One posted event: what happened (`operation`) to which entity, when, and its content.

    Without `id` the platform makes one; without `time` it is the time of receipt. `body` holds
    the whole entity for an upsert, the id alone for a delete.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    entity_name: str
    body: dict[str, Any]
    id: EventId | None = None
    time: Timestamp | None = None
    operation: Operation = "upsert"
    source: str | None = None


class NotJson(IngestionError):
    """The body is no JSON text in UTF-8."""


class TooManyEvents(IngestionError):
    """The array is longer than `MAX_EVENTS`."""


@dataclass(frozen=True)
class Caller:
    """Whose path it is, as the credential showed."""

    name: str
    source: Lane


def parse(body: bytes) -> list[Any]:
    """The posted items, not yet looked at: one, or those of the array.

    Raises NotJson or TooManyEvents.
    """
    document = parse_document(body)
    items = document if isinstance(document, list) else [document]
    if len(items) > MAX_EVENTS:
        raise TooManyEvents(f"{len(items)} events: at most {MAX_EVENTS} a request")
    return items


def parse_document(body: bytes) -> Any:
    """A posted document, not yet looked at.

    Refuses by itself bad UTF-8, lone surrogates, over 201 levels, whole numbers of over 4,300
    digits, NaN and Infinity (pydantic's JSON parser). Raises NotJson.
    """
    try:
        document = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise NotJson(str(error)) from error
    if _REPLACEMENT in body:
        raise NotJson("invalid UTF-8 (write a wanted U+FFFD as \\ufffd)")
    return document


def admit_all(
    items: list[Any], caller: Caller, received_at: datetime
) -> Iterator[Event | RejectedRecord]:
    """Each item's event, or why it is none, in order.

    Items without a time get the time of receipt, a microsecond apart: a later item stays newer.
    """
    key_by_id: dict[str, str] = {}
    for position, item in enumerate(items):
        try:
            event = _admit(
                item, caller, received_at, received_at + timedelta(microseconds=position)
            )
            if key_by_id.setdefault(event.id, event.key) != event.key:
                raise RejectedRecord(
                    "invalid_event", FieldError("id", "must not be another entity's event's")
                )
            yield event
        except RejectedRecord as rejection:
            yield rejection


def _admit(item: Any, caller: Caller, received_at: datetime, default_time: datetime) -> Event:
    submission = _submission(item)
    if submission.source not in (None, caller.name):
        raise RejectedRecord(
            "wrong_source", FieldError("source", f"must be {caller.name!r}, or left out")
        )
    name, body = submission.entity_name, submission.body
    caller.source.admit(name, body, delete=submission.operation == "delete", within="body")
    event = Event(
        id=submission.id or str(uuid4()),
        source=caller.name,
        type=f"{name.lower()}.{submission.operation}",
        subject=body[id_field(name)],
        time=submission.time or timestamp(default_time),
        receivedat=timestamp(received_at),
        data=body,
    )
    if len(event.json_bytes) > MAX_EVENT_BYTES:
        raise RejectedRecord(
            TOO_LARGE, FieldError("", f"must have at most {MAX_EVENT_BYTES} bytes")
        )
    return event


def _submission(item: Any) -> Submission:
    if not isinstance(item, dict):
        raise RejectedRecord("invalid_event", FieldError("", "must be a JSON object"))
    try:
        return Submission.model_validate(item)
    except ValidationError as error:
        raise RejectedRecord.from_validation("invalid_event", error) from error

"""CloudEvents of sourceB, and what becomes of them."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json

from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.intake.cloudevents import BinaryEvent
from ingestion.intake.submission import Caller, Format, events_of
from tests.support.factories import Json, catalog, cloudevent, contract

CALLER = Caller("sourceB", catalog().sources["sourceB"])
RECEIVED_AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
HEADERS = {
    "ce-specversion": "1.0",
    "ce-id": "event-1",
    "ce-source": "sourceB",
    "ce-type": "contract.upsert",
}


def admit(form: Format, *items: Any) -> list[Event | RejectedRecord]:
    return list(events_of([*items], CALLER, RECEIVED_AT, form))


def accepted(form: Format, item: Any) -> Event:
    [event] = admit(form, item)
    assert isinstance(event, Event), event.detail
    return event


def binary(data: Any = None, **headers: str) -> BinaryEvent:
    """Return an event in binary mode with these attributes as headers."""
    named = {f"ce-{name}": value for name, value in headers.items()}
    return BinaryEvent(HEADERS | named, contract() if data is None else data)


def without(attribute: str) -> Json:
    return {name: value for name, value in cloudevent().items() if name != attribute}


def base64(document: Any) -> str:
    return b64encode(to_json(document)).decode()

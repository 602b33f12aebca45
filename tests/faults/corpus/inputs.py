"""What an input is: a request to the API or a message on the topic, and how each must end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from entities.base import id_field
from tests.support.factories import Json, contract, event_of_bytes, submission

JSON = "application/json"
PROBLEM = "application/problem+json"

STORED = "stored"
UNROUTED = "unrouted"

INVALID_ENTITY = "invalid_entity"
INVALID_EVENT = "invalid_event"
TOO_LARGE = "too_large"
UNKNOWN_ENTITY = "unknown_entity"
WRONG_SOURCE = "wrong_source"


class Fault(NamedTuple):
    """The error that the answer reports for the event at this place of the request."""

    place: int
    reason: str
    field: str


class Answer(NamedTuple):
    """The parts of an API answer that are compared. `statuses` has the status of each event."""

    status: int
    content_type: str
    statuses: list[str]
    faults: list[Fault]

    @classmethod
    def read(cls, status: int, content_type: str, text: str | bytes) -> Self:
        """Read an answer, which must be a problem document if its status is an error."""
        document = json.loads(text)
        if status >= 400:
            assert document["status"] == status
            assert document["title"]
            assert document["detail"]
        return cls(
            status,
            content_type,
            [event["status"] for event in document.get("events", [])],
            [Fault(e["index"], e["reason"], e["field"]) for e in document.get("errors", [])],
        )


@dataclass(frozen=True)
class Request:
    """A request to the API. A `body` of bytes is sent unchanged, any other as JSON."""

    name: str
    status: int
    body: Any
    faults: tuple[Fault, ...] = ()
    path: str = "b"
    method: str = "POST"
    key: str | None = "sourceB"  # A source whose key is sent, or the key itself.
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """Return the bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    @property
    def items(self) -> list[Any]:
        """Return the items that the API checks one by one, if any."""
        if self.status not in (202, 207, 422) and not self.faults:
            return []
        document = json.loads(self.content)
        return document if isinstance(document, list) else [document]

    @property
    def answer(self) -> Answer:
        """Return the documented answer."""
        refused = {fault.place for fault in self.faults}
        statuses = ["rejected" if n in refused else "accepted" for n in range(len(self.items))]
        return Answer(self.status, JSON if self.status < 400 else PROBLEM, statuses, [*self.faults])

    @property
    def accepted(self) -> list[Json]:
        """Return the accepted items."""
        statuses = zip(self.items, self.answer.statuses, strict=True)
        return [item for item, status in statuses if status == "accepted"]

    @property
    def event_count(self) -> int:
        """Return how many events the request makes. Equal items with an id are one event."""
        named = {json.dumps(item, sort_keys=True) for item in self.accepted if item.get("id")}
        return len(named) + sum(1 for item in self.accepted if not item.get("id"))

    @property
    def rows(self) -> dict[str, Json]:
        """Return the stored entities by key, exactly as sent."""
        return {
            f"{item['entity_name']}#{item['body'][id_field(item['entity_name'])]}": item["body"]
            for item in self.accepted
            if item.get("operation") != "delete"
        }


@dataclass(frozen=True)
class Message:
    """A message on the topic, which ends as `STORED`, `UNROUTED`, or as a dead letter.

    A dead letter waits in the queue of the source that the attribute names. `end` is its reason.
    Its detail begins with the field `fault`.
    """

    name: str
    end: str
    body: str
    fault: str = ""
    source: str = "sourceB"
    attributes: Mapping[str, str] = field(default_factory=dict)


def accepted(name: str, body: Any, **sent: Any) -> Request:
    return Request(name, 202, body, **sent)


def refused(name: str, body: Any, reason: str, *fields: str, **sent: Any) -> Request:
    """Make a request with one event that has an error in each of the fields."""
    return Request(name, 422, body, tuple(Fault(0, reason, f) for f in fields), **sent)


def no_event(name: str, **changes: Any) -> Request:
    """Make a valid post of a contract, then change these fields of the event."""
    return refused(name, submission() | changes, INVALID_EVENT, *changes)


def no_entity(name: str, **changes: Any) -> Request:
    """Make a valid post of a contract, then change these fields of the contract."""
    inside = (f"body.{each}" for each in changes)
    return refused(name, submission(contract() | changes), INVALID_ENTITY, *inside)


def of_bytes(size: int) -> Json:
    """Make a post whose event has exactly this many bytes."""
    event_id = f"{size} bytes"
    return submission(event_of_bytes(size, id=event_id).data, id=event_id)


def nested(levels: int) -> Any:
    return json.loads("[" * levels + "]" * levels)

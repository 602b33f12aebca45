"""Events to publish, and what a topic received of them."""

from collections.abc import Iterable

from ingestion.event import Event, Message
from tests.support.canned_topic import Topic
from tests.support.factories import contract, event


def contracts(count: int, prefix: str = "c") -> list[Event]:
    """Return this number of events, each of another contract."""
    return [event(contract(f"{prefix}-{n}"), id=f"{prefix}-{n}") for n in range(count)]


def changes(contract_id: str, count: int) -> list[Event]:
    """Return this number of events of one contract."""
    return [event(contract(contract_id), id=f"{contract_id}/{n}") for n in range(count)]


def ids(events: Iterable[Message]) -> list[str]:
    return [event.id for event in events]


def sizes(topic: Topic) -> list[int]:
    return [len(entries) for entries in topic.calls]

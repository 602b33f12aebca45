"""Events of contracts and documents."""

from typing import Any

from ingestion.event import Event
from tests.support.factories import contract, event


def contract_event(number: int, contract_name: str, *, minute: int = 0, **changes: Any) -> Event:
    """Return an event of contract c-`number`, at a minute past noon."""
    data = contract(f"c-{number}", contract_name=contract_name)
    return event(data, id=f"e-{number}-{minute}", time=_time(minute), **changes)


def deletion(number: int, *, minute: int = 1) -> Event:
    """Return the deletion of contract c-`number`."""
    data = {"contract_id": f"c-{number}"}
    return event(data, id=f"d-{number}", operation="delete", time=_time(minute))


def document_event(
    document_id: str, *, minute: int = 0, source: str = "sourceB", **fields: Any
) -> Event:
    """Return an event of a document. Its text object has its id."""
    data = {
        "paper_id": document_id,
        "text_key": f"texts/{source}/{document_id}.json",
    } | fields
    changes = {"entity_name": "PAPER", "id": f"e-{document_id}-{minute}", "time": _time(minute)}
    return event(data, source=source, **changes)


def _time(minute: int) -> str:
    return f"2026-01-31T12:{minute:02}:00.000000Z"

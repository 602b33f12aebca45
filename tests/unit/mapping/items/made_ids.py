"""The ids of the events that rules make."""

from typing import Any

from ingestion.mapping.outcome import Origin
from tests.unit.mapping.mapped import events_by

LATER = Origin("2026-01-31T12:00:01.000000Z")
BOTH = {"rows": [{"id": "c-1"}, {"id": "c-2"}], "delivery": "d-1"}


def ids_of(*rules: Any, payload: Any, **options: Any) -> list[str]:
    return [event.event_id for event in events_by(*rules, payload=payload, **options)]

"""The entity READING, which sourceB may send beside contracts, and sourceB with rules."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.event import Event
from tests.integration.cloud import Cloud
from tests.integration.response import Response
from tests.support.added_entities import added
from tests.support.factories import Json, catalog_document

MODEL = """
from typing import ClassVar

from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, UtcTime


class Reading(Entity):
    entity_name: ClassVar[str] = "READING"

    reading_id: EntityId
    value: Number | None = None
    count: Number | None = None
    valid: bool | None = None
    day: CalendarDate | None = None
    at: UtcTime | None = None
    note: str | None = None
    tags: list[str] = []
    flags: list[bool] = []
    values: list[Number | None] = []
    times: list[UtcTime] = []
"""
Post = Callable[..., Response]


@pytest.fixture(autouse=True)
def _readings(cloud: Cloud, tmp_path: Path) -> Iterator[None]:  # noqa: ARG001 - first
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "reading.py").write_text(MODEL)
    with added(folder):
        yield


def map_source(cloud: Cloud, *rules: Json, **keys: Any) -> Json:
    """Give sourceB these rules and other keys. Return the catalog."""
    document: Json = catalog_document()
    source = document["sources"]["sourceB"]
    source |= {"entities": ["READING", "CONTRACT"], "map": list(rules), **keys}
    cloud.write_catalog(document)
    return document


def reading(**keys: Any) -> Json:
    """Return a rule that makes readings."""
    return {"entity": "READING", "id": "item.id"} | keys


def queued_events(cloud: Cloud) -> list[Event]:
    """Return the events in the queue of sourceB, by their subjects."""
    events = [Event.from_json(record["body"]) for record in cloud.queued()]
    return sorted(events, key=lambda event: event.subject)

"""Inputs of the API that are right, of all entities and one more that has every kind of field."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from tests.support.factories import Json, contract, equipment, milestone

METER = '''
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar, Literal
from pydantic import Field
from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, UtcTime, references


class Meter(Entity):
    """It has a field of each type."""

    entity_name: ClassVar[str] = "METER"

    meter_id: EntityId
    contract_id: Annotated[EntityId | None, references("CONTRACT")] = None
    total: Annotated[Number, Field(ge=0, lt=1000, description="Never negative.")]
    rates: list[Annotated[Number, Field(decimal_places=2)]] = []
    read_on: Annotated[CalendarDate, Field(gt=date(2020, 1, 1))] | None = None
    set_at: Annotated[UtcTime, Field(ge=datetime(2020, 1, 1, tzinfo=UTC))] | None = None
    stops: Annotated[list[UtcTime | None], Field(max_length=2)] = []
    unit: Literal["m", "kg"] | None = None
    is_on: bool = True
    flags: list[bool] = []
    note: Annotated[str, Field(max_length=5, pattern="^[a-z]*$")] | None = None
'''
BODIES = {
    "CONTRACT": contract(),
    "EQUIPMENT": equipment(),
    "MILESTONE": milestone(start_date="2026-01-31", end_date="2026-02-28"),
    "METER": {
        "meter_id": "m-1",
        "total": 1,
        "rates": [4],
        "read_on": "2026-01-31",
        "set_at": "2026-01-31T10:00:00Z",
        "stops": ["2026-01-31T10:00:00+01:00", None],
    },
}
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
ANGSTROM = "\u212b"  # Its form NFC is Å.
ZERO_WIDTH = "\u200b"
OTHER_ID = "must be the id in the path, or left out"


def event(entity_name: str = "METER", body: Json | None = None, **changes: Any) -> Json:
    return {"entity_name": entity_name, "body": BODIES[entity_name] | (body or {})} | changes


def cloudevent(entity_name: str = "METER", **changes: Any) -> Json:
    attributes = {"specversion": "1.0", "id": "event-1", "source": "all"}
    made = {"type": f"{entity_name.lower()}.upsert", "data": BODIES[entity_name]} | changes
    return attributes | {name: value for name, value in made.items() if value is not ...}


def encoded(content: Any) -> str:
    return b64encode(json.dumps(content).encode()).decode()

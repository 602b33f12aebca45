"""Entities whose values are texts, and values that a form of a rule made of texts."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from pydantic import Field

from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number
from ingestion.errors import RejectedRecord
from ingestion.intake.text_entity import text_validator, typed_data


class Gauge(Entity):
    """An entity with a field of each kind."""

    entity_name: ClassVar[str] = "GAUGE"

    gauge_id: EntityId
    value: Number | None = None
    valid: bool | None = None
    day: CalendarDate | None = None
    note: str | None = None
    tags: list[str] = Field(default=[])


class Plain(Entity):
    """An entity without a list."""

    entity_name: ClassVar[str] = "PLAIN"

    plain_id: EntityId
    note: str | None = None


def test_texts_become_the_types_of_their_fields() -> None:
    texts = {
        "gauge_id": "g",
        "value": "1.50",
        "valid": "true",
        "day": "2026-01-31",
        "tags": '["x"]',
    }

    found: Any = text_validator(Gauge)(texts)

    assert (found.value, found.valid, found.day) == (Decimal("1.5"), True, date(2026, 1, 31))
    assert found.tags == ["x"]


@pytest.mark.parametrize(
    ("data", "typed"),
    [
        ({"value": "1.50"}, {"value": "1.5"}),
        ({"value": Decimal("1.50")}, {"value": "1.5"}),
        ({"value": 123456789012345678}, {"value": "123456789012345678"}),
        ({"valid": "true"}, {"valid": True}),
        ({"valid": False}, {"valid": False}),
        ({"note": 5}, {"note": "5"}),
        ({"day": "2026-01-31"}, {"day": "2026-01-31"}),
        ({"tags": ["x", "y"]}, {"tags": ["x", "y"]}),
        ({"tags": '["x"]'}, {"tags": ["x"]}),
    ],
)
def test_typed_data_is_what_json_would_hold(data: Any, typed: Any) -> None:
    assert typed_data(Gauge, {"gauge_id": "g"} | data) == {"gauge_id": "g"} | typed


@pytest.mark.parametrize(
    ("model", "data", "field"),
    [
        (Gauge, {"gauge_id": "g", "note": {"@lang": "de"}}, "note"),
        (Gauge, {"gauge_id": "g", "value": ["1"]}, "value"),
        (Plain, {"plain_id": "p", "note": ["x"]}, "note"),
        (Gauge, {"gauge_id": "g", "valid": "maybe"}, "valid"),
        (Gauge, {"gauge_id": "g", "tags": "x"}, "tags"),
        (Plain, {"plain_id": "p", "other": "x"}, "other"),
    ],
)
def test_a_value_of_another_kind_is_refused(model: Any, data: Any, field: str) -> None:
    with pytest.raises(RejectedRecord) as refused:
        typed_data(model, data)

    assert refused.value.reason == "invalid_entity"
    assert [error.field for error in refused.value.errors] == [field]

"""Entities whose values are texts, and values that a form of a rule made of texts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

import pytest
from pydantic import Field

from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, UtcTime
from ingestion.errors import RejectedRecord
from ingestion.intake.text_entity import text_validator, typed_data


class Gauge(Entity):
    """An entity with a field of each kind."""

    entity_name: ClassVar[str] = "GAUGE"

    gauge_id: EntityId
    value: Number | None = None
    valid: bool | None = None
    day: CalendarDate | None = None
    at: UtcTime | None = None
    state: bool | Literal["unknown"] | None = None
    flag_or_text: bool | str | None = None
    note: str | None = None
    tags: list[str] = Field(default=[])
    flags: list[bool | None] = Field(default=[])
    times: list[UtcTime] | None = None
    text_or_tags: str | list[str] | None = None


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
        "at": "2026-01-31T12:00:00+02:00",
        "tags": '["x"]',
        "flags": " [true, null]",
    }

    found: Any = text_validator(Gauge)(texts)

    assert (found.value, found.valid, found.day) == (Decimal("1.5"), True, date(2026, 1, 31))
    assert found.at == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert (found.tags, found.flags) == (["x"], [True, None])


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
        ({"tags": []}, {"tags": []}),
        ({"tags": "[]"}, {"tags": []}),
        ({"flags": ["true", "false"]}, {"flags": [True, False]}),
        ({"flags": [True, None]}, {"flags": [True, None]}),
        ({"at": "2026-01-31T12:00:00+02:00"}, {"at": "2026-01-31T10:00:00.000000Z"}),
        ({"at": "2026-01-31"}, {"at": "2026-01-31T00:00:00.000000Z"}),
        ({"times": ["2026-01-31"]}, {"times": ["2026-01-31T00:00:00.000000Z"]}),
        ({"state": "false"}, {"state": False}),
        ({"state": "unknown"}, {"state": "unknown"}),
        ({"flag_or_text": "true"}, {"flag_or_text": "true"}),
        ({"text_or_tags": "5"}, {"text_or_tags": "5"}),
        ({"text_or_tags": '["x"]'}, {"text_or_tags": ["x"]}),
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
        (Gauge, {"gauge_id": "g", "tags": '"x"'}, "tags"),
        (Gauge, {"gauge_id": "g", "flags": '["true"]'}, "flags.0"),
        (Gauge, {"gauge_id": "g", "at": "2026-01-31 12:00:00"}, "at"),
        (Gauge, {"gauge_id": "g", "day": "2026-01-31T12:00:00Z"}, "day"),
        (Plain, {"plain_id": "p", "other": "x"}, "other"),
    ],
)
def test_a_value_of_another_kind_is_refused(model: Any, data: Any, field: str) -> None:
    with pytest.raises(RejectedRecord) as refused:
        typed_data(model, data)

    assert refused.value.reason == "invalid_entity"
    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "false", "False", "FALSE", "fAlse"])
def test_a_boolean_of_a_text_has_any_case(text: str) -> None:
    is_true = text.startswith(("t", "T"))

    assert typed_data(Gauge, {"gauge_id": "g", "valid": text, "flags": [text]}) == {
        "gauge_id": "g",
        "valid": is_true,
        "flags": [is_true],
    }


@pytest.mark.parametrize("text", ["yes", "no", "1", "0", "on", "t", "T", "", " true", "wahr"])
def test_only_true_and_false_are_booleans(text: str) -> None:
    with pytest.raises(RejectedRecord) as refused:
        text_validator(Gauge)({"gauge_id": "g", "valid": text})

    assert refused.value.detail == (
        "valid: must be true or false. In a rule of `map`, `translate` reads other texts"
    )


@pytest.mark.parametrize("text", ["x", "a;b", "5", "{}", "[1", "null"])
def test_a_text_is_no_list(text: str) -> None:
    with pytest.raises(RejectedRecord) as refused:
        text_validator(Gauge)({"gauge_id": "g", "tags": text})

    assert refused.value.detail == (
        'tags: must be a JSON list such as ["a", "b"]. In a rule of `map`, `split` makes a list of'
        " a text, and `to_array(…)` of one value"
    )


def test_an_element_of_xml_with_attributes_is_no_text() -> None:
    with pytest.raises(RejectedRecord) as refused:
        typed_data(Plain, {"plain_id": "p", "note": {"@lang": "de", "#text": "Pumpe"}})

    assert refused.value.detail == (
        "note: must be one text: it holds a list or keys with values. In a rule of `map`,"
        ' `."#text"` reads the text of an element of XML with attributes'
    )

"""One value has one decimal and one text, however it is written."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number
from entities.values import to_text
from ingestion.openapi.schemas import schema_of

WAYS: dict[str, list[Any]] = {
    "41": [41, "41", "41.0", "4.1E1", "0041", Decimal("41.0"), Decimal("4.1E+1")],
    "4.39": ["4.39", "4.390", "439e-2", Decimal("4.39"), Decimal("439E-2")],
    "0": [0, "0", "-0", "-0.0", "0e9", Decimal("-0.0"), Decimal("0E+999999999")],
    "-1000": [-1000, "-1e3", "-1E+3", Decimal("-1E+3")],
    "0.0000001": ["1e-7", Decimal("1E-7")],
    "1.0000000000000000000000000001": [Decimal("1.0000000000000000000000000001")],
    "9" * 38: [int("9" * 38), "9" * 38],
    f"0.{'1' * 38}": [Decimal(f"0.{'1' * 38}")],
    "1": [f"1.{'0' * 500}"],
}


class Meter(Entity):
    entity_name: ClassVar[str] = "METER"

    meter_id: EntityId
    reading: Number | None = None
    readings: list[Number] = Field(default=[])
    note: str | None = None
    unit: Literal["4.39"] | None = None
    is_on: bool | None = None
    read_on: CalendarDate | None = None


@pytest.mark.parametrize(
    ("value", "text"),
    [(value, text) for text, values in WAYS.items() for value in values],
    ids=repr,
)
def test_a_number_has_one_text_however_it_is_written(value: Any, text: str) -> None:
    meter = Meter(meter_id="m-1", reading=value, readings=[value])

    assert meter.model_dump(mode="json", include={"reading", "readings"}) == {
        "reading": text,
        "readings": [text],
    }
    assert meter.reading == Decimal(text)
    assert Meter.model_validate_json(meter.model_dump_json()) == meter


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_a_number_keeps_each_digit_or_is_refused(value: Decimal) -> None:
    try:
        reading = Meter(meter_id="m-1", reading=value).reading
    except ValidationError:
        assert len(to_text(value).strip("-").replace(".", "")) > 38
    else:
        assert reading == value


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1E+38"),
        Decimal("1E-39"),
        Decimal("1E+999999999"),
        Decimal("-1E-999999999"),
        "1e400",
        "1e99999999999999999999",
        "9" * 39,
        10**4_000,
        f"1.{'1' * 38}",
    ],
    ids=lambda value: str(value)[:25] if isinstance(value, str | Decimal) else "10^4000",
)
def test_a_number_of_more_than_38_digits_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError, match="must have at most 38 digits"):
        Meter(meter_id="m-1", reading=value)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), "NaN"])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        Meter(meter_id="m-1", reading=value)


@pytest.mark.parametrize("field", ["meter_id", "note", "unit", "is_on", "read_on"])
@pytest.mark.parametrize("value", [Decimal("4.39"), Decimal(1), Decimal("1E+999999999"), 1])
def test_no_other_field_takes_a_number(field: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=field):
        Meter.model_validate({"meter_id": "m-1"} | {field: value})


def test_the_schema_takes_numbers_and_texts_and_gives_texts() -> None:
    taken = schema_of(Meter)["properties"]["readings"]["items"]
    given = Meter.model_json_schema(mode="serialization")["properties"]["readings"]["items"]

    assert taken["type"] == ["number", "string"]
    assert given == {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


def test_a_date_without_the_rules_of_a_calendar_date_cannot_be_a_field() -> None:
    with pytest.raises(
        TypeError, match=r"Gauge\.read_on: cannot be stored exactly; use .*Calendar"
    ):

        class Gauge(Entity):
            entity_name: ClassVar[str] = "GAUGE"

            gauge_id: EntityId
            read_on: date

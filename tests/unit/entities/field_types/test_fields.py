"""Ids, numbers and dates: what is kept unchanged, and what is refused."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from entities.fields import CalendarDate, EntityId, Number
from tests.unit.entities.field_types.part import Part

ID = TypeAdapter(EntityId)
NUMBER = TypeAdapter(Number)
DATE = TypeAdapter(CalendarDate)


@pytest.mark.parametrize(
    "value",
    [
        "e-1",
        "a/b:c.d_e@f",
        "Turbine 7",
        "!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "Müller",
        "契約-7",
        "🚀",
        "x" * 512,
        "é" * 256,
    ],
)
def test_an_id_of_readable_characters_is_kept_unchanged(value: str) -> None:
    assert ID.validate_python(value) == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("", "at least 1 character", id="empty"),
        pytest.param("a#b", "'#'", id="the table's separator"),
        pytest.param(" a", "blank", id="leading blank"),
        pytest.param("a\u00a0", "blank", id="trailing no-break space"),
        pytest.param("a\n", "blank", id="trailing line feed"),
        pytest.param("a\nb", "control", id="inner line feed"),
        pytest.param("a\x00b", "control", id="null"),
        pytest.param("a\x7fb", "control", id="delete"),
        pytest.param("a\x85b", "control", id="next line"),
        pytest.param("a\u2028b", "control", id="line separator"),
        pytest.param("e\u0301", "combining", id="combining accent"),
        pytest.param("a\u20ddb", "combining", id="enclosing mark"),
        pytest.param("a\u200bb", "control", id="zero-width space"),
        pytest.param("a\u202eb", "right-to-left", id="right-to-left override"),
        pytest.param("עברית", "right-to-left", id="Hebrew"),
        pytest.param("عربي", "right-to-left", id="Arabic"),
        pytest.param("a\u0661", "right-to-left", id="Arabic digit"),
        pytest.param("a\ue000", "control", id="private use"),
        pytest.param("a\uffff", "control", id="no character"),
        pytest.param("x" * 513, "512 bytes", id="513 bytes"),
        pytest.param("é" * 257, "512 bytes", id="514 bytes in 257 characters"),
    ],
)
def test_an_id_that_may_display_or_compare_differently_is_refused(value: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ID.validate_python(value)


@pytest.mark.parametrize("value", [7, 1.5, True, None, b"e-1", ["e-1"]])
def test_an_id_must_be_text(value: Any) -> None:
    with pytest.raises(ValidationError):
        Part.model_validate({"part_id": value})


@pytest.mark.parametrize(
    ("json", "expected"),
    [
        ("7", Decimal(7)),
        ("-7", Decimal(-7)),
        ('"12.50"', Decimal("12.50")),
        ('"1.0000000000000000000000000001"', Decimal("1.0000000000000000000000000001")),
        (f'"{"9" * 38}"', Decimal("9" * 38)),
        ('"1e3"', Decimal(1000)),
    ],
)
def test_a_number_keeps_every_digit(json: str, expected: Decimal) -> None:
    number = NUMBER.validate_json(json)

    assert str(number.normalize()) == str(expected.normalize())


@pytest.mark.parametrize(
    "json",
    [
        pytest.param("1.5", id="fraction that a parser has rounded"),
        pytest.param("1e3", id="exponent that a parser has rounded"),
        pytest.param("NaN", id="not a number"),
        pytest.param('"NaN"', id="not a number, in quotes"),
        pytest.param("Infinity", id="infinity"),
        pytest.param('"-Infinity"', id="infinity, in quotes"),
        pytest.param("9" * 39, id="39 digits"),
        pytest.param(f'"{"9" * 39}"', id="39 digits, in quotes"),
        pytest.param(f'"0.{"1" * 39}"', id="39 digits after the point"),
        pytest.param('"1e200"', id="large exponent"),
        pytest.param('"1e-200"', id="small exponent"),
        pytest.param('""', id="empty"),
        pytest.param('" 1"', id="blank"),
        pytest.param('"1_000"', id="underscore"),
        pytest.param('"0x10"', id="hexadecimal"),
        pytest.param('"\u0661"', id="Arabic digit"),
        pytest.param("true", id="true"),
        pytest.param("null", id="null"),
        pytest.param("[]", id="array"),
    ],
)
def test_a_number_that_the_table_cannot_hold_exactly_is_refused(json: str) -> None:
    with pytest.raises(ValidationError):
        NUMBER.validate_json(json)


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "2026-1-31",
        "20260131",
        "31.01.2026",
        "2026-01-31 ",
        "2026-01-31T00:00:00Z",
        "\u0662026-01-31",
        "1699920000",
        "0000019675",
        "",
        1699920000,
        1.5,
        True,
        None,
    ],
    ids=ascii,
)
def test_a_value_that_is_not_a_calendar_date_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        DATE.validate_json(to_json(value))

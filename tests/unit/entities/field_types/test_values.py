from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entities.values import to_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (41, "41"),
        (41.0, "41"),
        (Decimal("41.0"), "41"),
        (Decimal("4.1E1"), "41"),
        (1.2345678e7, "12345678"),
        (1e3, "1000"),
        (-0.0, "0"),
        (Decimal("-0.00"), "0"),
        (Decimal("0E+9"), "0"),
        (Decimal("12.50"), "12.5"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("1.0000000000000000000000000001"), "1.0000000000000000000000000001"),
        (12345678901234567890123456789012345678, "12345678901234567890123456789012345678"),
        (-1e22, "-10000000000000000000000"),
    ],
)
def test_a_number_has_no_exponent_and_no_zeros_at_its_end(value: Any, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("41.0", "41.0"),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        (date(2026, 1, 31), "2026-01-31"),
        (time(9, 5), "09:05:00"),
        (datetime(2026, 1, 31, 12), "2026-01-31T12:00:00Z"),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31T12:00:00Z"),
        (datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))), "2026-01-31T10:00:00Z"),
        (timedelta(hours=36, minutes=5), "P1DT12H5M"),
        (timedelta(seconds=0.5), "PT0.5S"),
        (-timedelta(hours=1), "-PT1H"),
    ],
)
def test_any_other_value_has_the_text_of_json_or_of_iso_8601(value: Any, text: str) -> None:
    assert to_text(value) == text


@pytest.mark.parametrize("value", [nan, inf, -inf, Decimal("NaN"), Decimal("sNaN")])
def test_a_value_that_is_not_a_number_has_no_text(value: Any) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        to_text(value)


@pytest.mark.parametrize("value", [[], {}, b"41", object()])
def test_a_value_of_several_values_or_of_bytes_has_no_text(value: Any) -> None:
    with pytest.raises(TypeError, match="has no text"):
        to_text(value)


@pytest.mark.parametrize("value", ["1E+999999999", "-2.50E+401", "1E-999999999"])
def test_a_hostile_exponent_does_not_fill_the_memory(value: str) -> None:
    assert len(to_text(Decimal(value))) < 20
    assert Decimal(to_text(Decimal(value))) == Decimal(value)


@given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(0, 9))
def test_equal_numbers_have_one_text_that_holds_every_digit(value: Decimal, zeros: int) -> None:
    longer = Decimal(f"{value:f}" + ("" if "." in f"{value:f}" else ".") + "0" * zeros)

    assert to_text(longer) == to_text(value)
    assert Decimal(to_text(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_double_gives_the_same_double(value: float) -> None:
    assert float(to_text(value)) == value


@given(st.integers())
def test_a_whole_number_has_the_same_text_in_each_type(value: int) -> None:
    assert to_text(Decimal(value)) == to_text(value)
    assert to_text(value) == str(value)

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entities.values import to_text
from ingestion.mapping.values.readers.numbers import compile_number
from tests.unit.mapping.scopes import exact

GERMAN = {"decimal": ",", "thousands": "."}


@pytest.mark.parametrize(
    ("options", "value", "number"),
    [
        ({}, 41, 41),
        ({}, Decimal("41.50"), Decimal("41.50")),
        ({}, " 12.50 ", Decimal("12.50")),
        ({}, "+7", Decimal(7)),
        ({}, "-0.5", Decimal("-0.5")),
        ({}, ".5", Decimal("0.5")),
        ({}, "1e3", Decimal("1E+3")),
        ({}, 123456789012345678, 123456789012345678),
        (
            {},
            "12345678901234567890123456789012345678",
            Decimal("12345678901234567890123456789012345678"),
        ),
        (GERMAN, "1.234.567,89", Decimal("1234567.89")),
        (GERMAN, "1234567,89", Decimal("1234567.89")),
        (GERMAN, "-1.234", Decimal(-1234)),
        (GERMAN, ",5", Decimal("0.5")),
        (GERMAN, Decimal("1.5"), Decimal("1.5")),
        ({"thousands": "\N{NO-BREAK SPACE}"}, "1\N{NO-BREAK SPACE}234.5", Decimal("1234.5")),
        ({"thousands": "'"}, "1'234.5", Decimal("1234.5")),
        ({"scale": 2}, "12345", Decimal("123.45")),
        ({"scale": 2}, 12345, Decimal("123.45")),
        ({"scale": 2}, Decimal("1.5"), Decimal("0.015")),
        ({"trailing_minus": True}, "5.25-", Decimal("-5.25")),
        ({"trailing_minus": True}, "-5", Decimal(-5)),
        ({"trailing_minus": True, **GERMAN, "scale": 3}, "1.000-", Decimal("-1.000")),
    ],
)
def test_a_number_is_exact(options: Any, value: Any, number: Any) -> None:
    assert exact(compile_number(**options)(value)) == exact(number)


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({}, ""),
        ({}, "secret"),
        ({}, "NaN"),
        ({}, "1_000"),
        ({}, "٣"),
        ({}, "5."),
        ({}, "."),
        ({}, "1,5"),
        ({}, "5-"),
        ({}, "--5"),
        ({}, True),
        ({}, None),
        ({}, []),
        ({}, 1.5),
        (GERMAN, "1.5"),  # Otherwise 1.5 would become 15.
        (GERMAN, "1.23.456"),
        (GERMAN, "12.50"),
        (GERMAN, "1234.567"),
        ({"trailing_minus": True}, "-5-"),
    ],
)
def test_another_value_is_refused_without_the_value(options: Any, value: Any) -> None:
    example = "1.234,5" if options == GERMAN else "1234.5"

    with pytest.raises(ValueError, match=rf"^must be a number such as {re.escape(example)}$"):
        compile_number(**options)(value)


@pytest.mark.parametrize(
    "value", [10**38, "1" * 39, "1" * 1_000_000, "1E999999999", "1E-99", Decimal("1E+999999")]
)
def test_a_number_has_at_most_38_digits(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^must have at most 38 digits without an exponent$"):
        compile_number()(value)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            {"decimal": ",", "thousands": ","},
            'decimal and thousands are both ",": they must differ',
        ),
        ({"decimal": "5"}, '"5" must be one character'),
        ({"thousands": "-"}, '"-" must be one character'),
        ({"thousands": ""}, '"" must be one character'),
    ],
)
def test_wrong_separators_are_refused(options: Any, reason: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011  # The next line matches.
        compile_number(**options)

    assert reason in str(error.value)


@given(st.decimals(-(10**20), 10**20, places=10))
def test_a_german_text_gives_the_number_that_it_was_written_from(number: Decimal) -> None:
    text = f"{number:,f}".translate(str.maketrans(".,", ",."))

    assert to_text(compile_number(**GERMAN)(text)) == to_text(number)  # type: ignore[arg-type]

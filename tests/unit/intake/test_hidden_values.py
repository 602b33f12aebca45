"""A message is shown without the values of the event that it is about."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.intake.hidden_values import hide_values


@pytest.mark.parametrize(
    ("text", "values", "shown"),
    [
        ("'Jo Li' is no name", {"name": "Jo Li"}, "'[hidden]' is no name"),
        ("JO LI is no name", ["Jo Li"], "[hidden] is no name"),
        ("no name: Lindgren", {"name": "Astrid Lindgren"}, "no name: [hidden]"),
        ("4711 and 12.5", {"a": [4711], "b": {"c": Decimal("12.5")}}, "[hidden] and [hidden]"),
        (
            "52000, 52000.5 and 0.7",
            ["5.2E4", "52000.50", Decimal("7E-1")],
            "[hidden], [hidden] and [hidden]",
        ),
        ("52000 or 1520000", [5.2e4, "nan", "-inf"], "[hidden] or 1520000"),
        ("must be li", ["Jo Li"], "must be [hidden]"),
        ("a name", ["a b", "name a"], "a [hidden]"),
        ("is 'a\\nb'", ["a\nb"], "is '[hidden]'"),
        ("must be at most 14 days", ["4", 1], "must be at most 14 days"),
        ("must be true or null", [True, None, ""], "must be true or null"),
        ("(x.y*)", ["(x.y*)"], "[hidden]"),
        ("must be right", [], "must be right"),
        (
            "a.b: Input should be 'goods', 'works' or 'services'; goods is odd",
            ["goods"],
            "a.b: Input should be 'goods', 'works' or 'services'; [hidden] is odd",
        ),
        ("Input should be 'goods'", ["goods"], "Input should be 'goods'"),
        (
            "2026-01-30 22:00:00+00:00, 2026-01-30T22:00:00.000000Z and"
            " datetime.datetime(2026, 1, 30, 22, 0, tzinfo=datetime.timezone.utc)",
            [["2026-01-31T00:00:00+02:00"]],
            "[hidden], [hidden] and [hidden]",
        ),
    ],
    ids=[
        "text",
        "other case",
        "a word of it",
        "numbers in depth",
        "numbers as they are stored",
        "a whole number",
        "a word of two characters",
        "no word of one character",
        "as Python quotes it",
        "part of a word",
        "no values",
        "pattern characters",
        "nothing",
        "no permitted value",
        "no only value",
        "a time in another zone",
    ],
)
def test_values_and_their_words_are_hidden(text: str, values: Any, shown: str) -> None:
    assert hide_values(text, values) == shown


@pytest.mark.parametrize("value", ["9" * 100_000, "1E999999999", "1E" + "9" * 30, "x" * 100_000])
def test_a_huge_value_is_hidden_and_its_number_fills_no_memory(value: str) -> None:
    assert hide_values(f"{value} is wrong", value) == "[hidden] is wrong"

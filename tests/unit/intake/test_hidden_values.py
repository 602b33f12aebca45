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
        ("is 'a\\nb'", ["a\nb"], "is '[hidden]'"),
        ("must be at most 14 days", ["4", 1], "must be at most 14 days"),
        ("must be true or null", [True, None, ""], "must be true or null"),
        ("(x.y*)", ["(x.y*)"], "[hidden]"),
        ("must be right", [], "must be right"),
    ],
    ids=[
        "text",
        "other case",
        "a word of it",
        "numbers in depth",
        "as Python quotes it",
        "part of a word",
        "no values",
        "pattern characters",
        "nothing",
    ],
)
def test_values_and_their_words_are_hidden(text: str, values: Any, shown: str) -> None:
    assert hide_values(text, values) == shown

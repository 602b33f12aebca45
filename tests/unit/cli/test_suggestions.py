from collections.abc import Iterable

import pytest

from entities.faults import did_you_mean
from ingestion.cli.suggestions import unknown_name

KNOWN = ["CONTRACT", "EQUIPMENT", "MILESTONE", "sourceA", "sourceB"]


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        ("CONTRACTS", '; did you mean "CONTRACT"?'),
        ("contract", '; did you mean "CONTRACT"?'),
        ("Equipmnet", '; did you mean "EQUIPMENT"?'),
        ("sourceb", '; did you mean "sourceB"?'),
    ],
)
def test_a_misspelt_name_gets_the_closest_known_name(word: str, suggestion: str) -> None:
    assert did_you_mean(word, KNOWN) == suggestion


@pytest.mark.parametrize("word", ["", "invoice", "x"])
def test_a_name_that_is_close_to_none_gets_no_suggestion(word: str) -> None:
    assert did_you_mean(word, KNOWN) == ""


def test_any_iterable_of_names_serves() -> None:
    assert did_you_mean("vlaue", iter(["value"])) == '; did you mean "value"?'


@pytest.mark.parametrize(
    ("name", "known", "text"),
    [
        (
            "sourcB",
            ["sourceA", "sourceB"],
            "no source 'sourcB': there are sourceA, sourceB; did you mean \"sourceB\"?",
        ),
        ("x", iter(["sourceA"]), "no source 'x': there are sourceA"),
        ("x", [], "no source 'x': there are none"),
    ],
    ids=["close", "not close", "none"],
)
def test_an_unknown_name_is_described_with_the_known_ones(
    name: str, known: Iterable[str], text: str
) -> None:
    assert unknown_name("source", name, known) == text

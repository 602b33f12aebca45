import pytest

from ingestion.cli.suggestions import did_you_mean

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

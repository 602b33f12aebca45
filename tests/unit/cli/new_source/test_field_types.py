"""The type of a field follows from all values of its path."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.cli.sources.new.guesses.field_types import type_of
from ingestion.cli.sources.new.guesses.path_values import PathValues

DAY = "2026-01-31T10:00:00Z"
TEXT: Any = ({"type": "text"}, {})
AS_TEXT: Any = ({"type": "text"}, {"text": True})


def found(*values: Any, name: str = "value", is_text: bool = False) -> Any:
    return type_of(PathValues("item", (name,), list(values), is_in_all=True), is_text=is_text)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", ""], TEXT),
        (["007"], TEXT),
        (["1.5"], TEXT),
        (["true"], TEXT),
        ([True, False], ({"type": "bool"}, {})),
        ([1, Decimal("2.50")], ({"type": "number"}, {})),
        ([10**40], AS_TEXT),
        ([1, "a", True], AS_TEXT),
        ([1, True], AS_TEXT),
        (["2026-01-31", "2026-02-28"], ({"type": "date"}, {})),
        (["2026-01-31", "2026-02-30"], TEXT),
        ([DAY, DAY], ({"type": "time"}, {})),
        ([DAY, "2026-01-31"], TEXT),
        ([["a"], []], ({"type": "list", "of": "text"}, {})),
        ([[1], [2, 3]], ({"type": "list", "of": "number"}, {})),
        ([[True]], ({"type": "list", "of": "bool"}, {})),
        ([["2026-01-31"]], ({"type": "list", "of": "date"}, {})),
        ([[DAY]], ({"type": "list", "of": "time"}, {})),
        ([[1, "a"]], ({"type": "list", "of": "text"}, {"text": True})),
    ],
)
def test_a_type_fits_all_values(values: list[Any], expected: Any) -> None:
    assert found(*values) == expected


@pytest.mark.parametrize(
    "values", [[], [{}], [{"a": 1}], [[]], [[], []], [[{}]], [[["a"]]], [[None, "a"]], [["a"], "a"]]
)
def test_objects_and_what_has_no_single_type_are_no_field(values: list[Any]) -> None:
    assert found(*values) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "-2.50"], ({"type": "number"}, {})),
        (["1", "007"], TEXT),
        (["0", "0.5"], ({"type": "number"}, {})),
        (["true", "false"], ({"type": "bool"}, {})),
        (["true", "maybe"], TEXT),
        (["2026-01-31"], ({"type": "date"}, {})),
        ([["1", "2"]], ({"type": "list", "of": "text"}, {})),
    ],
)
def test_a_payload_of_texts_has_numbers_and_booleans_too(values: list[Any], expected: Any) -> None:
    assert found(*values, is_text=True) == expected


def test_the_name_of_a_path_decides_where_values_do_not() -> None:
    assert found(1780000000, name="updated") == ({"type": "time"}, {"time": "epoch_s"})
    assert found(1780000000, name="count") == ({"type": "number"}, {})
    assert found("42", name="orderNumber", is_text=True) == TEXT
    assert found("2026-05-28", name="api_version") == TEXT
    assert found([1780000000], name="times") == ({"type": "list", "of": "number"}, {})


def test_texts_that_repeat_are_no_enum_because_the_sample_may_lack_a_value() -> None:
    assert found(*["open", "done"] * 3, name="status") == TEXT

from decimal import Decimal
from typing import Any

import pytest

from ingestion.catalog import Catalog
from ingestion.errors import RejectedRecord
from ingestion.files.mappers.short_form import ColumnMapping
from tests.support.factories import catalog_document

COLUMNS = ["year", "number"]


def mapping(**files: Any) -> ColumnMapping:
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = files
    return ColumnMapping(Catalog.model_validate(document).sources["sourceB"])


@pytest.mark.parametrize(
    "values",
    [
        [2026, 7],
        [2026.0, 7.0],
        ["2026", "7"],
        [Decimal("2026.0"), Decimal("7E0")],
        [2.026e3, "7"],
    ],
)
def test_the_same_values_form_the_same_id(values: list[Any]) -> None:
    assert mapping(key=COLUMNS).key(values) == "2026/7"


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (True, "true"),
        (False, "false"),
        (None, "null"),
        ("", "empty"),
        ({}, "an object"),
        ([1], "an array"),
    ],
)
@pytest.mark.parametrize("position", [0, 1])
def test_a_value_that_is_neither_text_nor_number_is_refused_in_the_words_of_json(
    value: Any, word: str, position: int
) -> None:
    values = ["a", "b"]
    values[position] = value

    with pytest.raises(RejectedRecord) as rejected:
        mapping(key=COLUMNS).key(values)

    [error] = rejected.value.errors
    assert error.field == "contract_id"
    assert error.message == f"needs a text or number in year, number: {COLUMNS[position]} is {word}"


def test_zero_is_a_number_of_a_key() -> None:
    assert mapping(key=COLUMNS).key([0, -0.0]) == "0/0"


@pytest.mark.parametrize(("value", "text"), [("a/b%", "a/b%"), (7.50, "7.5"), (1e3, "1000")])
def test_one_value_is_the_id(value: Any, text: str) -> None:
    assert mapping(key=["no"]).key([value]) == text

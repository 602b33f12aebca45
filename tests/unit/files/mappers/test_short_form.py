from decimal import Decimal
from typing import Any

import pytest

from ingestion.catalog import Catalog
from ingestion.errors import RejectedRecord
from ingestion.files.mappers.short_form import ShortForm, version_of
from ingestion.mapping.rules import EventTimeForm, Rule
from tests.support.factories import catalog_document

COLUMNS = ["year", "number"]


def mapping(**files: Any) -> ShortForm:
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = files
    return ShortForm(Catalog.model_validate(document).sources["sourceB"])


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


def test_the_short_form_stands_for_a_rule() -> None:
    short = mapping(
        columns={"Name": "contract_name"}, ignore=["remark"], key=COLUMNS, time="changed at"
    )

    rule = short.rule(["year", "number", "Name", "contract_type", "remark", "changed at"])

    assert rule == Rule(
        entity="CONTRACT",
        id=['item."year"', 'item."number"'],
        time=EventTimeForm(
            value='item."changed at"', format=["rfc3339", "date", "epoch_s"], zone="UTC"
        ),
        fields={"contract_name": 'item."Name"', "contract_type": 'item."contract_type"'},
    )


def test_without_a_key_the_id_is_the_column_of_the_ids_field() -> None:
    assert mapping(columns={"No.": "contract_id"}).rule(["No."]).id == ['item."No."']
    assert mapping().rule(["contract_name"]).id == ['item."contract_id"']


def test_the_version_of_a_short_form_changes_with_each_of_its_keys() -> None:
    forms: list[dict[str, Any]] = [
        {"columns": {"a": "contract_name"}},
        {"ignore": ["a"]},
        {"key": ["a"]},
        {"time": "a"},
    ]

    versions = {version_of(mapping(**files).source) for files in forms}

    assert len(versions) == 4
    assert version_of(mapping(encoding="cp1252", delimiter=";").source) == ""

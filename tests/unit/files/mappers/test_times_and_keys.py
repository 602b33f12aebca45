"""The catalog names the columns that give an event its time and its id."""

import pytest
from pydantic_core import to_json

from tests.support.factories import NOON, contract
from tests.unit.files.extracting import HEADER, events, rejections, results, source


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("1769860800", NOON),
        ("1769860800.123456789", "2026-01-31T12:00:00.123456Z"),
        ("1769860800.1", "2026-01-31T12:00:00.100000Z"),
        ("2026-01-31T13:00:00+01:00", NOON),
        ("2026-01-31", "2026-01-31T00:00:00.000000Z"),
    ],
)
def test_the_time_column_gives_the_time_of_the_event(sent: str, kept: str) -> None:
    found = results(f"{HEADER},at\nc-1,Turbines,goods,active,{sent}\n", sender=source(time="at"))

    [event] = events(found)
    assert event.time == kept
    assert event.data == contract()


@pytest.mark.parametrize("sent", ["yesterday", "2026-02-31", "-1", "1e9", "99999999999999"])
def test_a_row_whose_time_is_invalid_is_rejected(sent: str) -> None:
    found = results(f"{HEADER},at\nc-1,Turbines,goods,active,{sent}\n", sender=source(time="at"))

    assert rejections(found) == {
        2: "invalid_event: at: must be seconds since 1970, or an RFC 3339 time"
    }


MISSING = "invalid_event: at: is missing: the source's `files.time` names this column"


def test_a_row_without_a_time_is_rejected_with_the_setting_that_names_its_column() -> None:
    found = results(f"{HEADER},at\nc-1,Turbines,goods,active,\n", sender=source(time="at"))

    assert rejections(found) == {2: MISSING}


@pytest.mark.parametrize("time", [{}, {"at": None}, {"at": ""}], ids=str)
def test_a_json_row_without_a_time_is_rejected_in_the_same_words(time: dict[str, str]) -> None:
    found = results(to_json(contract() | time), "jsonl", source(time="at"))

    assert rejections(found) == {1: MISSING}


def test_the_key_columns_are_joined_and_escaped_into_the_id() -> None:
    sender = source(key=["year", "number"])
    header = HEADER.replace("contract_id", "year,number")

    found = results(
        f"{header}\n2026,7/a,T,goods,active\n2026%2F7,a,T,goods,active\n", sender=sender
    )

    assert [event.subject for event in events(found)] == ["2026/7%2Fa", "2026%252F7/a"]


def test_a_row_without_a_value_in_a_key_column_is_rejected() -> None:
    header = HEADER.replace("contract_id", "year,number")

    found = results(f"{header}\n2026,,T,goods,active\n", sender=source(key=["year", "number"]))

    assert rejections(found) == {
        2: "invalid_entity: contract_id: needs a text or number in year, number: number is empty"
    }


def test_a_row_whose_key_is_neither_text_nor_number_is_rejected() -> None:
    row = contract() | {"no": {"year": 2026}}
    del row["contract_id"]

    found = results(to_json(row), "jsonl", source(key=["no"]))

    assert rejections(found) == {
        1: "invalid_entity: contract_id: needs a text or number in no: no is an object"
    }


def test_json_rows_may_use_key_columns_a_time_column_and_renamed_columns() -> None:
    row = {"no": 7, "name": "T", "contract_type": "goods", "contract_status": "active"}
    sender = source(key=["no"], time="at", columns={"name": "contract_name"})

    [event] = events(results(to_json(row | {"at": 1769860800.5}), "jsonl", sender))

    assert event.data == contract("7", contract_name="T")
    assert event.time == "2026-01-31T12:00:00.500000Z"

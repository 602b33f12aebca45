"""Invalid CloudEvents are rejected with the attribute at fault."""

from base64 import b64encode
from typing import Any

import pytest

from ingestion.errors import RejectedRecord
from ingestion.intake.cloudevents import BINARY, STRUCTURED
from ingestion.intake.submission import Format
from tests.support.factories import CANARY, Json, cloudevent, contract
from tests.unit.intake.cloudevents import accepted, admit, base64, binary, without


def rejected(form: Format, item: Any) -> list[tuple[str, str]]:
    """Return the reason and the field of each error. No error may quote the input."""
    [rejection] = admit(form, item)
    assert isinstance(rejection, RejectedRecord)
    assert CANARY not in rejection.detail
    return [(rejection.reason, error.field) for error in rejection.errors]


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"specversion": "0.3"}, "invalid_event", "specversion"),
        ({"specversion": 1.0}, "invalid_event", "specversion"),
        ({"id": ""}, "invalid_event", "id"),
        ({"id": 7}, "invalid_event", "id"),
        ({"id": "1\n"}, "invalid_event", "id"),
        ({"source": "sourceA"}, "wrong_source", "source"),
        ({"source": "/sourceB"}, "wrong_source", "source"),
        ({"type": "contract"}, "invalid_event", "type"),
        ({"type": "contract.merge"}, "invalid_event", "type"),
        ({"type": "CONTRACT.upsert"}, "invalid_event", "type"),
        ({"type": "com.example.contract.upsert"}, "invalid_event", "type"),
        ({"type": "equipment.upsert"}, "unknown_entity", "type"),
        ({"type": "rocket.delete"}, "unknown_entity", "type"),
        ({"subject": "c-2"}, "invalid_event", "subject"),
        ({"subject": ""}, "invalid_event", "subject"),
        ({"subject": 7}, "invalid_event", "subject"),
        ({"time": "now"}, "invalid_event", "time"),
        ({"datacontenttype": "application/xml"}, "invalid_event", "datacontenttype"),
        ({"datacontenttype": ""}, "invalid_event", "datacontenttype"),
        ({"dataschema": 7}, "invalid_event", "dataschema"),
        ({"data": None}, "invalid_event", "data"),
        ({"data": CANARY}, "invalid_event", "data"),
        ({"data": [contract()]}, "invalid_event", "data"),
        ({"data": {}, "subject": "c-1"}, "invalid_entity", "data.contract_id"),
        ({"data_base64": base64(contract())}, "invalid_event", "data_base64"),
        ({"Capital": 1}, "invalid_event", "Capital"),
        ({"under_score": 1}, "invalid_event", "under_score"),
        ({"": 1}, "invalid_event", ""),
        ({"é": 1}, "invalid_event", "é"),
    ],
    ids=repr,
)
def test_an_error_names_the_invalid_attribute(changes: Json, reason: str, field: str) -> None:
    faults = rejected(STRUCTURED, cloudevent() | changes)

    assert (reason, field) in faults
    assert {reason for reason, _ in faults} == {reason}


@pytest.mark.parametrize("attribute", ["specversion", "id", "source", "type", "data"])
def test_a_missing_required_attribute_is_rejected(attribute: str) -> None:
    assert rejected(STRUCTURED, without(attribute)) == [("invalid_event", attribute)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        CANARY,
        "é",
        "e30",
        b64encode(b"{").decode(),
        b64encode(b'{"contract_id": NaN}').decode(),
        base64([contract()]),
        b64encode(b"[" * 100_000).decode(),
        7,
    ],
)
def test_data_base64_that_does_not_encode_a_json_object_is_rejected(text: Any) -> None:
    faults = rejected(STRUCTURED, without("data") | {"data_base64": text})

    assert faults == [("invalid_event", "data_base64")]


@pytest.mark.parametrize("item", [None, 7, "text", [cloudevent()]])
def test_an_item_that_is_not_an_object_is_rejected(item: Any) -> None:
    assert rejected(STRUCTURED, item) == [("invalid_event", "")]


def test_a_delete_without_data_and_subject_is_rejected() -> None:
    item = without("data") | {"type": "contract.delete"}

    assert rejected(STRUCTURED, item) == [("invalid_event", "data")]


@pytest.mark.parametrize(
    "text", ["%", "%2", "%zz", "%C0%A0", "%ED%A0%80", "%FF", "é", "a\tb", "\ud800", '"%"']
)
def test_a_header_value_with_invalid_encoding_is_rejected(text: str) -> None:
    assert rejected(BINARY, binary(id=text)) == [("invalid_event", "id")]


@pytest.mark.parametrize("kind", ["text/json", "application/vnd.acme+json", "application/json;"])
def test_every_json_type_is_taken_as_the_type_of_the_data(kind: str) -> None:
    assert accepted(STRUCTURED, cloudevent(datacontenttype=kind)).data == contract()


@pytest.mark.parametrize("name", ["data", "datacontenttype", "data_base64", "Under_Score"])
def test_a_header_that_names_no_attribute_is_rejected(name: str) -> None:
    item = binary(**{name: base64(contract())})

    assert rejected(BINARY, item) == [("invalid_event", name.lower())]


@pytest.mark.parametrize("data", [7, "text", [contract()], True])
def test_data_that_is_not_an_object_is_rejected(data: Any) -> None:
    assert rejected(BINARY, binary(data)) == [("invalid_event", "data")]

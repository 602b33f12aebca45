from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.intake.cloudevents import BINARY, MAX_FIELDS, STRUCTURED, BinaryEvent
from ingestion.intake.submission import Caller, Format, events_of
from tests.support.factories import CANARY, Json, catalog, cloudevent, contract

CALLER = Caller("sourceB", catalog().sources["sourceB"])
RECEIVED_AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
HEADERS = {
    "ce-specversion": "1.0",
    "ce-id": "event-1",
    "ce-source": "sourceB",
    "ce-type": "contract.upsert",
}


def admit(form: Format, *items: Any) -> list[Event | RejectedRecord]:
    return list(events_of([*items], CALLER, RECEIVED_AT, form))


def accepted(form: Format, item: Any) -> Event:
    [event] = admit(form, item)
    assert isinstance(event, Event), event.detail
    return event


def rejected(form: Format, item: Any) -> list[tuple[str, str]]:
    """Return the reason and the field of each error. No error may quote the input."""
    [rejection] = admit(form, item)
    assert isinstance(rejection, RejectedRecord)
    assert CANARY not in rejection.detail
    return [(rejection.reason, error.field) for error in rejection.errors]


def binary(data: Any = None, **headers: str) -> BinaryEvent:
    """Return an event in binary mode with these attributes as headers."""
    named = {f"ce-{name}": value for name, value in headers.items()}
    return BinaryEvent(HEADERS | named, contract() if data is None else data)


def without(attribute: str) -> Json:
    return {name: value for name, value in cloudevent().items() if name != attribute}


def base64(document: Any) -> str:
    return b64encode(to_json(document)).decode()


def test_an_upsert_becomes_an_event() -> None:
    item = cloudevent(subject="c-1", time="2026-01-30T08:00:00+01:00")

    assert accepted(STRUCTURED, item) == Event(
        id="event-1",
        source="sourceB",
        type="contract.upsert",
        subject="c-1",
        time="2026-01-30T07:00:00.000000Z",
        receivedat="2026-01-31T12:00:00.000000Z",
        data=contract(),
    )


def test_an_event_in_binary_mode_equals_the_structured_event() -> None:
    item = binary(subject="c-1", time="2026-01-30T08:00:00+01:00")
    structured = cloudevent(subject="c-1", time="2026-01-30T08:00:00+01:00")

    assert accepted(BINARY, item) == accepted(STRUCTURED, structured)


@pytest.mark.parametrize(
    "deletion",
    [
        pytest.param({"data": {"contract_id": "c-7"}}, id="by its data"),
        pytest.param({"data": {"contract_id": "c-7"}, "subject": "c-7"}, id="by both"),
        pytest.param({"subject": "c-7"}, id="by its subject"),
        pytest.param({"data": None, "subject": "c-7"}, id="by its subject, data null"),
        pytest.param({"data": {}, "subject": "c-7"}, id="by its subject, data empty"),
        pytest.param({"data": contract("c-7")}, id="by the full entity"),
        pytest.param({"data": {"contract_id": "c-7", "colour": 1}}, id="by its data, and more"),
    ],
)
def test_a_delete_names_the_entity_in_its_data_or_in_its_subject(deletion: Json) -> None:
    event = accepted(STRUCTURED, without("data") | {"type": "contract.delete"} | deletion)

    assert event.is_delete
    assert event.key == "CONTRACT#c-7"
    assert event.data == {"contract_id": "c-7"}


def test_a_delete_in_binary_mode_needs_no_body() -> None:
    item = BinaryEvent(HEADERS | {"ce-type": "contract.delete", "ce-subject": "c-7"}, None)

    assert accepted(BINARY, item).data == {"contract_id": "c-7"}


def test_data_may_be_encoded_in_base64() -> None:
    item = without("data") | {"data_base64": base64(contract("é"))}

    assert accepted(STRUCTURED, item).data == contract("é")


def test_other_valid_attributes_are_ignored() -> None:
    item = cloudevent(
        dataschema="https://example.com/contract",
        datacontenttype='application/json; charset="utf-8"',
        traceparent="00-1",
        sequence=7,
        sampled=True,
        partitionkey=None,
    )

    assert accepted(STRUCTURED, item) == accepted(STRUCTURED, cloudevent())


def test_an_optional_attribute_that_is_null_counts_as_absent() -> None:
    nulls = dict.fromkeys(("subject", "time", "datacontenttype", "dataschema", "data_base64"))

    assert accepted(STRUCTURED, cloudevent(**nulls)) == accepted(STRUCTURED, cloudevent())


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
    ("text", "value"),
    [
        ("1", "1"),
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
        ("%e2%82%ac", "€"),
        ("%41%2525", "A%25"),
        ("with blanks", "with blanks"),
        ('"quoted"', "quoted"),
        (r'"a \"b\" \\ %20"', 'a "b" \\  '),
        ('half"quoted', 'half"quoted'),
    ],
)
def test_header_values_are_unquoted_and_percent_decoded_once(text: str, value: str) -> None:
    assert accepted(BINARY, binary(id=text)).id == value


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


def test_header_names_may_be_in_any_case() -> None:
    headers = {name.upper(): value for name, value in HEADERS.items()}

    assert accepted(BINARY, BinaryEvent(headers, contract())).id == "event-1"


@pytest.mark.parametrize("data", [7, "text", [contract()], True])
def test_data_that_is_not_an_object_is_rejected(data: Any) -> None:
    assert rejected(BINARY, binary(data)) == [("invalid_event", "data")]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
ATTRIBUTES = st.sampled_from(
    [*cloudevent(), "subject", "time", "datacontenttype", "dataschema", "data_base64", "x"]
)


@given(st.dictionaries(ATTRIBUTES, JSON_VALUES), JSON_VALUES)
def test_any_document_gives_an_event_or_a_rejection(changes: Json, other: Any) -> None:
    for item in (cloudevent() | changes, other):
        [result] = admit(STRUCTURED, item)

        assert isinstance(result, Event | RejectedRecord)


@given(st.dictionaries(ATTRIBUTES | st.text(), st.text()), JSON_VALUES)
def test_any_headers_and_body_give_an_event_or_a_rejection(
    headers: dict[str, str], data: Any
) -> None:
    named = {f"ce-{name}": value for name, value in headers.items()}

    [result] = admit(BINARY, BinaryEvent(HEADERS | named, data))

    assert isinstance(result, Event | RejectedRecord)


def test_data_base64_of_very_many_fields_is_rejected_unread() -> None:
    data = {f"k{number}": 0 for number in range(MAX_FIELDS + 1)}

    faults = rejected(STRUCTURED, without("data") | {"data_base64": base64(data)})

    assert faults == [("invalid_event", "data_base64")]

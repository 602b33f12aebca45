"""CloudEvents in each mode become events."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.intake.cloudevents import BINARY, STRUCTURED, BinaryEvent
from tests.support.factories import Json, cloudevent, contract
from tests.unit.intake.cloudevents import HEADERS, accepted, admit, base64, binary, without


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


def test_header_names_may_be_in_any_case() -> None:
    headers = {name.upper(): value for name, value in HEADERS.items()}

    assert accepted(BINARY, BinaryEvent(headers, contract())).id == "event-1"


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

"""Events and messages: their JSON, their group and their deduplication id."""

import json
import re
from hashlib import sha256
from typing import Any

import pytest

from ingestion.errors import RejectedRecord
from ingestion.event import Event
from tests.support.factories import (
    CANARY,
    NOON,
    NOT_JSON,
    SQS_TEXT,
    contract,
    delete_event,
    event,
    event_fields,
)

LATER = "2026-01-31T12:00:01.000000Z"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"id": ""}, id="empty id"),
        pytest.param({"id": "x" * 257}, id="long id"),
        pytest.param({"id": "a\nb"}, id="line feed in the id"),
        pytest.param({"id": "a\u202eb"}, id="formatting character in the id"),
        pytest.param({"id": 7}, id="number for an id"),
        pytest.param({"specversion": "0.3"}, id="another specification"),
        pytest.param({"type": "contract.replace"}, id="unknown operation"),
        pytest.param({"type": "CONTRACT.upsert"}, id="capitals in the type"),
        pytest.param({"type": "contract"}, id="no operation"),
        pytest.param({"type": "contract.upsert\n"}, id="line feed in the type"),
        pytest.param({"receivedat": "today"}, id="no time of receipt"),
        pytest.param({"data": [contract()]}, id="data is a list"),
        pytest.param({"data": None}, id="data is null"),
        pytest.param({"subject": None}, id="subject is null"),
        pytest.param({"source": 7}, id="source is a number"),
    ],
)
def test_the_rejection_of_an_invalid_event_names_the_field(fields: dict[str, Any]) -> None:
    text = json.dumps(event_fields() | fields)

    with pytest.raises(RejectedRecord) as rejection:
        Event.from_json(text)

    assert rejection.value.reason == "invalid_event"
    assert [error.field.split(".")[0] for error in rejection.value.errors] == list(fields)


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_message_that_is_not_json_is_rejected_without_quoting_it(body: bytes) -> None:
    text = body.decode("utf-8", errors="replace")

    with pytest.raises(RejectedRecord) as rejection:
        Event.from_json(text)

    assert CANARY not in rejection.value.detail


def test_unknown_attributes_are_ignored() -> None:
    fields = event_fields() | {"traceparent": "00-1", "datacontenttype": "application/json"}

    read = Event.from_json(json.dumps(fields))

    assert read == event()


def test_an_event_is_read_unchanged_from_its_json() -> None:
    sent = event(contract(contract_name='Größe "7" 契約 🚀\n\u2028'))

    read = Event.from_json(sent.json_bytes.decode())

    assert read == sent


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x7f", "\ufffe", "\uffff", "\U0001ffff"])
def test_the_json_of_an_event_has_only_characters_that_a_queue_accepts(character: str) -> None:
    sent = event(contract(contract_name=character))

    text = sent.json_bytes.decode()

    assert re.fullmatch(SQS_TEXT, text)
    assert Event.from_json(text) == sent


def test_the_type_names_the_entity_and_an_upsert() -> None:
    upsert = event()

    assert upsert.entity_name == "CONTRACT"
    assert not upsert.is_delete


def test_the_type_names_the_entity_and_a_delete() -> None:
    delete = delete_event("c-7")

    assert delete.entity_name == "CONTRACT"
    assert delete.key == "CONTRACT#c-7"
    assert delete.is_delete


@pytest.mark.parametrize(
    "contract_id", ["c-1", "!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "x" * (128 - len("CONTRACT#"))]
)
def test_the_group_of_a_short_ascii_key_is_the_key(contract_id: str) -> None:
    assert event(contract(contract_id)).group_id == f"CONTRACT#{contract_id}"


@pytest.mark.parametrize(
    "contract_id", ["é", "契約", "🚀", "a b", "x" * (129 - len("CONTRACT#")), "x" * 512]
)
def test_the_group_of_any_other_key_is_its_hash(contract_id: str) -> None:
    group_id = event(contract(contract_id)).group_id

    assert group_id == sha256(f"CONTRACT#{contract_id}".encode()).hexdigest()


def test_an_event_that_is_sent_again_has_the_same_deduplication_id() -> None:
    first = event(id="7", time=LATER)
    again = event(id="7", time=LATER, receivedat="2026-01-31T12:00:02Z")

    assert first.deduplication_id == again.deduplication_id


def test_a_time_that_the_platform_filled_in_does_not_count() -> None:
    first = event(id="7", time=NOON, receivedat=NOON)
    again = event(id="7", time=LATER, receivedat=LATER)
    at_position_3 = event(id="7", time=LATER, receivedat=NOON, is_timed_by_receipt=True)

    assert first.deduplication_id == again.deduplication_id == at_position_3.deduplication_id


@pytest.mark.parametrize(
    "other",
    [
        {"source": "sourceA"},
        {"id": "8"},
        {"source": "source", "id": "B7"},
        {"id": '7","x'},
        {"type": "contract.delete"},
        {"type": "equipment.upsert"},
        {"subject": "c-2"},
        {"time": "2026-01-31T11:00:00Z"},
        {"revision": NOON},
        {"data": contract(contract_name="other")},
        {"data": {}},
    ],
    ids=str,
)
def test_another_event_has_another_deduplication_id(other: dict[str, Any]) -> None:
    another = Event.model_validate(event_fields(id="7") | other)

    assert another.deduplication_id != event(id="7").deduplication_id


def test_an_event_has_a_revision_only_if_it_was_made_again() -> None:
    first, again = event(contract(end=None)), event(revision="2026-02-01T00:00:00+00:00")

    assert b"revision" not in first.json_bytes
    assert b'"end":null' in first.json_bytes
    assert b'"revision":"2026-02-01T00:00:00.000000Z"' in again.json_bytes
    assert Event.from_json(again.json_bytes.decode()) == again
    assert b"is_timed_by_receipt" not in event(is_timed_by_receipt=True).json_bytes


def test_the_topic_accepts_the_deduplication_id_of_any_event() -> None:
    assert re.fullmatch(r"[!-~]{1,128}", event(id="é" * 256).deduplication_id)

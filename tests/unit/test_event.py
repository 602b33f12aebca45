import json
import re
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest

from ingestion.errors import RejectedRecord
from ingestion.event import Event, timestamp
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
    ("sent", "kept"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31 12:00:00Z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000000Z"),
        ("2026-01-31T23:30:00-01:00", "2026-02-01T00:30:00.000000Z"),
        ("2026-01-31T12:00:00+05:45", "2026-01-31T06:15:00.000000Z"),
        ("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500000Z"),
        ("2026-01-31T12:00:00.000001Z", "2026-01-31T12:00:00.000001Z"),
        ("2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123456Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
        ("2015-06-30t23:59:60.25z", "2015-06-30T23:59:59.999999Z"),
        ("1990-12-31T15:59:60-08:00", "1990-12-31T23:59:59.999999Z"),
        ("2017-01-01T05:44:60.000000+05:45", "2016-12-31T23:59:59.999999Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_a_time_is_converted_to_utc_and_a_fixed_width(sent: str, kept: str) -> None:
    assert event(time=sent).time == kept


@pytest.mark.parametrize(
    "time",
    [
        pytest.param("2026-01-31T12:00:00", id="no offset"),
        pytest.param("2026-01-31", id="a day"),
        pytest.param("2026-01-31T12:00Z", id="no seconds"),
        pytest.param("20260131T120000Z", id="basic format"),
        pytest.param("2026-W05-6T12:00:00Z", id="week date"),
        pytest.param("2026-01-31T12:00:00+0200", id="offset without colon"),
        pytest.param("2026-01-31T12:00:00+02", id="offset without minutes"),
        pytest.param("2026-01-31T12:00:00+99:00", id="offset of 99 hours"),
        pytest.param("2026-01-31T12:00:00.Z", id="empty fraction"),
        pytest.param("2026-01-31T12:00:00,5Z", id="comma"),
        pytest.param("2026-02-30T12:00:00Z", id="no such day"),
        pytest.param("2026-01-31T25:00:00Z", id="no such hour"),
        pytest.param("2026-01-31T12:00:60Z", id="leap second at noon"),
        pytest.param("2026-01-30T23:59:60Z", id="leap second within a month"),
        pytest.param("2016-12-31T23:59:60+01:00", id="leap second of another time zone"),
        pytest.param("2016-12-31T23:59:60.000000", id="leap second without offset"),
        pytest.param("2016-12-31T23:59:61Z", id="61 seconds"),
        pytest.param("9999-12-31T23:59:60Z", id="leap second after year 9999"),
        pytest.param("12026-01-31T12:00:00Z", id="five-digit year"),
        pytest.param("0000-01-01T00:00:00Z", id="year 0"),
        pytest.param("0001-01-01T00:00:00+00:01", id="before year 1 in UTC"),
        pytest.param("9999-12-31T23:59:59-00:01", id="after year 9999 in UTC"),
        pytest.param("2026-01-31T12:00:00Z\n", id="line feed"),
        pytest.param("\u0662\u0660\u0662\u0666-01-31T12:00:00Z", id="Arabic digits"),
        pytest.param("1769860800", id="seconds since 1970"),
        pytest.param("now", id="word"),
        pytest.param("", id="empty"),
        pytest.param(1769860800, id="a number"),
        pytest.param(None, id="null"),
    ],
)
def test_a_time_that_is_not_rfc_3339_is_rejected(time: Any) -> None:
    text = json.dumps(event_fields(time=time))

    with pytest.raises(RejectedRecord) as rejection:
        Event.from_json(text)

    assert [error.field for error in rejection.value.errors] == ["time"]


def test_times_as_text_sort_in_the_order_of_time() -> None:
    steps = [0, 0.000001, 0.1, 0.9, 1, 9, 10, 59, 3_600, 86_400, 31_536_000, 10_000_000_000]
    zones = [timezone(timedelta(hours=hours)) for hours in (-12, 0, 14)]
    start = datetime(1, 1, 2, tzinfo=UTC)

    texts = [
        timestamp((start + timedelta(seconds=step)).astimezone(zone))
        for step in steps
        for zone in zones
    ]

    assert texts == sorted(texts)
    assert len(set(texts)) == len(steps)
    assert all(len(one) == len(other) for one, other in pairwise(texts))


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

"""Ids of entities and events: what makes them, what refuses an item, and what repeats give."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.mapping.compiled import compile_rules
from tests.unit.mapping.items.made_ids import BOTH, LATER, ids_of
from tests.unit.mapping.mapped import ORIGIN, events_by, failures_by, map_by, rule

TIME = "2026-01-30T00:00:00Z"


def test_the_same_payload_with_a_time_makes_the_same_id_at_each_receipt() -> None:
    timed = rule(time="item.at")
    first = {"id": "c-1", "at": TIME, "amount": Decimal("41.0"), "tags": {"a": 1, "b": None}}
    again = {"tags": {"b": None, "a": Decimal("1E0")}, "amount": 41, "at": TIME, "id": "c-1"}

    assert ids_of(timed, payload=first) == ids_of(timed, payload=again, origin=LATER)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "41"},
        {"amount": Decimal("41.5")},
        {"amount": True},
        {"amount": None},
        {"id": "c-2"},
        {"more": None},
    ],
)
def test_another_payload_makes_another_id(change: Any) -> None:
    timed = rule(time="item.at")
    payload = {"id": "c-1", "at": TIME, "amount": 41}

    assert ids_of(timed, payload=payload) != ids_of(timed, payload=payload | change)


def test_a_fraction_and_its_text_make_different_ids() -> None:
    timed = rule(time="item.at")
    number, text = ({"id": "c-1", "at": TIME, "a": a} for a in (Decimal("4.39"), "4.39"))

    assert ids_of(timed, payload=number) != ids_of(timed, payload=text)


@pytest.mark.parametrize("fake", [{"\0": "4.39"}, {"": "4.39"}, [["", "4.39"], ["", "4.39"]]])
def test_a_fraction_and_an_object_make_different_ids(fake: Any) -> None:
    timed = rule(time="item.at")
    number, other = ({"id": "c-1", "at": TIME, "a": a} for a in (Decimal("4.39"), fake))

    assert ids_of(timed, payload=number) != ids_of(timed, payload=other)


def test_equal_fractions_make_the_same_id() -> None:
    timed = rule(time="item.at")
    plain, long = ({"id": "c-1", "at": TIME, "a": [Decimal(a)]} for a in ("4.39", "4.390"))
    other = {"id": "c-1", "at": TIME, "a": [Decimal("4.4")]}

    assert ids_of(timed, payload=plain) == ids_of(timed, payload=long)
    assert ids_of(timed, payload=plain) != ids_of(timed, payload=other)


def test_changed_rules_keep_the_default_id() -> None:
    payload = {"id": "c-1", "at": TIME, "title": "x"}
    changed = rule(time="item.at", fields={"contract_name": "item.title"})

    assert ids_of(rule(time="item.at"), payload=payload) == ids_of(changed, payload=payload)


def test_without_a_time_each_receipt_is_another_event() -> None:
    (first,) = events_by(rule(), payload={"id": "c-1"})
    (second,) = events_by(rule(), payload={"id": "c-1"}, origin=LATER)

    assert first.time is None
    assert first.event_id != second.event_id
    assert ids_of(rule(), payload={"id": "c-1"}) == [first.event_id]


def test_entities_of_one_payload_have_different_ids() -> None:
    contracts = rule(each="payload.rows", time=f"'{TIME}'")
    milestones = rule(entity="MILESTONE", each="payload.rows", time=f"'{TIME}'")

    assert len(set(ids_of(contracts, milestones, payload=BOTH))) == 4


def test_ids_do_not_depend_on_which_items_fail() -> None:
    named = {"each": "payload.rows", "event_id": "payload.delivery"}
    strict = rule(**named, fields={"end_date": {"value": "item.due", "date": "iso"}})
    payload = {"rows": [{"id": "c-1", "due": "soon"}, {"id": "c-2"}], "delivery": "d-1"}

    results = map_by(strict, payload=payload).results

    assert results[1] == events_by(rule(**named), payload=payload)[1]


def test_the_events_of_a_row_have_the_id_of_the_row() -> None:
    row = ORIGIN._replace(row_id="upload-7")
    milestone = rule(entity="MILESTONE", id="item.id")
    each = rule(each="payload.rows")

    assert ids_of(rule(), payload={"id": "c-1"}, origin=row) == ["upload-7"]
    assert ids_of(rule(), milestone, payload={"id": "c-1"}, origin=row) == [
        "upload-7-1",
        "upload-7-2",
    ]
    assert ids_of(each, payload=BOTH, origin=row) == ["upload-7-1", "upload-7-1-1"]
    named = rule(event_id="'d-1'")
    assert ids_of(named, payload={"id": "c-1"}, origin=row) == ["d-1"]


def test_a_payload_of_hostile_depth_fails_its_items() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    payload = {"id": "c-1", "deep": deep}

    assert failures_by(rule(), rule(), payload=payload) == [
        "rule 1 (CONTRACT), event_id: is nested too deeply",
        "rule 2 (CONTRACT), event_id: is nested too deeply",
    ]
    assert ids_of(rule(event_id="'d-1'"), payload=payload) == ["d-1"]


CLOUD_EVENT = {
    "id": "item.id",
    "time": 'headers."ce-time"',
    "operation": {"value": 'headers."ce-type"', "translate": {"made": "upsert", "gone": "delete"}},
}
HEADERS = {"ce-type": "made", "ce-time": TIME, "x-trace": "1"}


def id_with(headers: Any, query: Any = None, **keys: Any) -> str:
    origin = ORIGIN._replace(headers=headers, query=query or {})
    (event_id,) = ids_of(rule(**keys), payload={"id": "c-1", "at": TIME}, origin=origin)
    return event_id


def test_the_headers_that_a_rule_reads_make_another_event() -> None:
    first = id_with(HEADERS, **CLOUD_EVENT)

    assert id_with(HEADERS, **CLOUD_EVENT) == first
    assert id_with(HEADERS | {"x-trace": "2"}, **CLOUD_EVENT) == first
    assert id_with(HEADERS | {"ce-type": "gone"}, **CLOUD_EVENT) != first
    assert id_with(HEADERS | {"ce-time": "2026-01-30T00:00:01Z"}, **CLOUD_EVENT) != first


@pytest.mark.parametrize(
    "keys",
    [
        {"when": "not_null(query.kind)"},
        {"id": ["item.id", "'x'"], "fields": {"contract_name": "query.kind"}},
        {"fields": {"contract_name": {"join": ["item.id", "query.kind"]}}},
        {"each": "{id: payload.id, kind: query.kind}"},
        {"fields": {"contract_name": "values(query) | [0]"}},
        {"fields": {"contract_name": "query.* | [0]"}},
    ],
)
def test_the_query_that_a_rule_reads_makes_another_event(keys: Any) -> None:
    timed = {"time": "payload.at"} | keys

    assert id_with({}, {"kind": "a"}, **timed) == id_with({}, {"kind": "a"}, **timed)
    assert id_with({}, {"kind": "a"}, **timed) != id_with({}, {"kind": "b"}, **timed)


def test_a_time_of_receipt_that_a_rule_reads_makes_another_event() -> None:
    seen = rule(time="received_at")

    assert ids_of(seen, payload={"id": "c-1"}) != ids_of(seen, payload={"id": "c-1"}, origin=LATER)


def test_headers_that_only_rules_of_another_entity_or_ignore_read_keep_the_id() -> None:
    plain = rule(time="item.at")
    by_header = {"event_id": 'headers."x-id"', "when": 'headers."x-id"'}
    other = rule(entity="MILESTONE", time="item.at", **by_header)
    payload = {"id": "c-1", "at": TIME}
    origin = ORIGIN._replace(headers={"x-id": "d-1"})

    ids = ids_of(plain, other, payload=payload, ignore=("query.ping",), origin=origin)

    assert ids[0] == ids_of(plain, payload=payload)[0]


def test_changed_rules_make_the_ids_of_an_earlier_receipt_whatever_they_read() -> None:
    kind = {"contract_name": "query.kind"}
    first, other = rule(time="item.at", fields=kind), rule(time="item.at")
    origin = ORIGIN._replace(query={"kind": "a"})
    payload = {"id": "c-1", "at": TIME}
    before = ids_of(first, payload=payload, origin=origin)
    outside = compile_rules("sap", [first], ()).outside

    again = ids_of(other, payload=payload, origin=origin._replace(outside=outside))

    assert again == before != ids_of(other, payload=payload, origin=origin)

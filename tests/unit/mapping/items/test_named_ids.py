"""The ids that rules make of parts of an item, and the event ids that they name."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.mapping.outcome import MappedEvent
from tests.support.factories import CANARY
from tests.unit.mapping.items.made_ids import BOTH, LATER, ids_of
from tests.unit.mapping.mapped import ORIGIN, events_by, failures_by, failures_in, map_by, rule


@pytest.mark.parametrize(
    ("parts", "item", "entity_id"),
    [
        ("item.id", {"id": "c-1"}, "c-1"),
        ("item.id", {"id": "50%/a"}, "50%/a"),
        ("item.id", {"id": 123456789012345678}, "123456789012345678"),
        ("item.id", {"id": -1}, "-1"),
        ("item.id", {"id": 0}, "0"),
        ("item.id", {"id": 10**20}, "100000000000000000000"),
        ("item.id", {"id": Decimal("41.0")}, "41"),
        (["item.id"], {"id": "50%/a"}, "50%/a"),
        (["item.a", "item.b"], {"a": "x/y", "b": "z"}, "x%2Fy/z"),
        (["item.a", "item.b"], {"a": "x", "b": "y/z"}, "x/y%2Fz"),
        (["item.a", "item.b"], {"a": "50%2F", "b": 7}, "50%252F/7"),
        (["item.a", "item.b", "'fix'"], {"a": "x", "b": "y"}, "x/y/fix"),
    ],
)
def test_an_id_is_made_of_its_parts(parts: Any, item: Any, entity_id: str) -> None:
    (event,) = events_by(rule(id=parts), payload=item)

    assert event.entity_id == entity_id
    assert event.data == {"contract_id": entity_id}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        ("", "an empty text"),
        (True, "true or false"),
        (False, "true or false"),
        ([CANARY], "a list"),
        ([], "a list"),
        ({"a": CANARY}, "an object"),
        ({}, "an object"),
    ],
)
def test_a_part_that_is_no_text_and_no_number_refuses_the_item(value: Any, kind: str) -> None:
    payload = {"id": value, "other": "x"}
    what = f"is {kind}: must be a text or a number"

    assert failures_by(rule(), payload=payload) == [f"rule 1 (CONTRACT), id: {what}"]
    assert failures_by(rule(id=["item.other", "item.id"]), payload=payload) == [
        f"rule 1 (CONTRACT), id: part 2 {what}"
    ]
    assert failures_by(rule(id="item.other", event_id="item.id"), payload=payload) == [
        f"rule 1 (CONTRACT), event_id: {what}"
    ]


def test_a_named_event_id_is_the_event_id_where_a_payload_makes_one_event() -> None:
    named = rule(event_id='headers."x-id"')
    origin = ORIGIN._replace(headers={"x-id": "d-1"})

    assert ids_of(named, payload={"id": "c-1"}, origin=origin) == ["d-1"]
    assert ids_of(named, payload={"id": "c-1"}, origin=LATER._replace(headers={"x-id": "d-1"})) == [
        "d-1"
    ]
    parts = rule(event_id=["'a/b'", "item.id"])
    assert ids_of(parts, payload={"id": "c-1"}) == ["a%2Fb/c-1"]


def test_a_named_event_id_is_extended_where_a_payload_makes_several_events() -> None:
    named = rule(each="payload.rows", event_id="payload.delivery")

    first, second = ids_of(named, payload=BOTH)

    assert first.startswith("d-1/")
    assert second.startswith("d-1/")
    assert first != second
    assert ids_of(named, payload=BOTH, origin=LATER) == [first, second]


@pytest.mark.parametrize("value", ["a\nb", "x" * 257, "x" * 2_000, "a\u200bb", "\0", "\ue000"])
def test_a_value_that_is_no_event_id_refuses_its_item_alone(value: str) -> None:
    payload = {"rows": [{"id": "c-1", "event": "e-1"}, {"id": "c-2", "event": value}]}
    named = rule(each="payload.rows", event_id="item.event")

    first, second = map_by(named, payload=payload).results

    assert isinstance(first, MappedEvent)
    assert failures_in([second]) == [
        "rule 1 (CONTRACT), event_id: must have at most 256 characters, and no control, formatting,"
        " private-use and unassigned characters"
    ]
    (alone,) = failures_by(rule(event_id="item.event"), payload=payload["rows"][1])
    assert alone == failures_in([second])[0]


@pytest.mark.parametrize("length", [239, 240, 256])
def test_a_long_event_id_is_valid_also_where_a_payload_makes_several_events(length: int) -> None:
    payload = BOTH | {"delivery": "d" * length}
    named = rule(each="payload.rows", event_id="payload.delivery")

    first, second = ids_of(named, payload=payload)

    assert first != second
    assert max(len(first), len(second)) <= 256
    assert ids_of(named, payload=payload, origin=LATER) == [first, second]
    assert first not in ids_of(named, payload=BOTH | {"delivery": f"e{'d' * (length - 1)}"})

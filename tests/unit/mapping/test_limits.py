"""Bounds of a payload: the number of its items, and the time and memory that mapping takes."""

from typing import Any

import pytest

from ingestion.mapping.outcome import MappingOutOfTime, TooManyItems
from tests.support.memory import bounded_memory
from tests.unit.mapping.mapped import events_by, failures_by, map_by, rule

ANY_JSON: list[Any] = [None, [], ["x"], "x", 0, True, {}, {"id": {}}]
ROWS = rule(each="payload.rows", event_id="'d-1'")


def payload_of(count: int, **fields: Any) -> Any:
    return {"rows": [{"id": f"c-{number}", **fields} for number in range(count)]}


class Calls:
    """Stops at a call, and counts the calls."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self.last = last

    def __call__(self) -> bool:
        self.count += 1
        return self.count > self.last


def test_as_many_items_as_allowed_are_mapped() -> None:
    assert len(events_by(ROWS, payload=payload_of(500), max_items=500)) == 500


def test_too_many_items_are_counted_before_an_id_is_evaluated() -> None:
    failing = rule(each="payload.rows", id="item.missing", fields={"contract_name": "sort(item)"})

    with pytest.raises(TooManyItems) as raised:
        map_by(failing, failing, payload=payload_of(251), max_items=501)

    assert raised.value.count == 502


def test_only_items_that_make_an_event_count() -> None:
    wanted = rule(each="payload.rows", when="item.id == 'c-7'")

    (event,) = events_by(wanted, payload=payload_of(501), max_items=1)

    assert event.item == 7


def test_items_that_fail_count() -> None:
    failing = rule(each="payload.rows", when="abs(item.id)")

    with pytest.raises(TooManyItems) as raised:
        map_by(failing, payload=payload_of(3), max_items=2)

    assert raised.value.count == 3


def test_many_items_are_counted_in_little_memory() -> None:
    payload = {"rows": [1] * 100_000}

    with bounded_memory(500_000), pytest.raises(TooManyItems) as raised:
        map_by(ROWS, payload=payload, max_items=500)

    assert raised.value.count == 100_000


@pytest.mark.parametrize("last", [2, 7], ids=["counts", "maps"])
def test_mapping_stops_between_items(last: int) -> None:
    must_stop = Calls(last)

    with pytest.raises(MappingOutOfTime):
        map_by(ROWS, payload=payload_of(5), must_stop=must_stop)

    assert must_stop.count == last + 1


def test_mapping_stops_between_repeats_of_an_entity() -> None:
    repeated = {"rows": [{"id": "c-1"}] * 5}
    comparing = Calls(11)

    with pytest.raises(MappingOutOfTime):
        map_by(ROWS, payload=repeated, must_stop=comparing)

    assert comparing.count == 12


def test_mapping_stops_between_items_that_are_null() -> None:
    with pytest.raises(MappingOutOfTime):
        map_by(ROWS, payload={"rows": [None] * 5}, must_stop=Calls(2))


@pytest.mark.parametrize("payload", ANY_JSON)
def test_any_json_without_an_id_fails(payload: Any) -> None:
    assert failures_by(rule(), payload=payload) == [
        f"rule 1 (CONTRACT), id: is {'an object' if payload == {'id': {}} else 'null'}:"
        " must be a text or a number"
    ]


@pytest.mark.parametrize("payload", ANY_JSON)
def test_any_json_without_items_makes_nothing(payload: Any) -> None:
    nested = rule(each=["payload.rows", "item.rows"])

    assert map_by(nested, payload=payload).results == []


def test_a_long_text_that_rules_repeat_for_each_item_takes_little_memory() -> None:
    name = {"join": ["payload.long", "item.id"]}
    long = rule(each="payload.rows", fields={"contract_name": name})
    payload = payload_of(500) | {"long": "x" * 2_000_000}

    with bounded_memory(100_000_000):
        found = failures_by(long, payload=payload)

    assert found == ["rule 1 (CONTRACT): makes an event of over 245760 bytes"] * 500

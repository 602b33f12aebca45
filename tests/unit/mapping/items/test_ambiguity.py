"""Events of one payload about the same entity: equal ones are one, different ones are refused."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.mapping.outcome import FailedItem
from tests.support.factories import CANARY
from tests.unit.mapping.mapped import events_by, failures_in, map_by, rule

AT = "2026-01-31T12:00:00Z"
NAMED = rule(each="payload.rows", time="item.at", fields={"contract_name": "item.name"})
AMBIGUOUS = "another item of the payload makes a different event of the same entity"


def rows(*found: Any) -> Any:
    return {"rows": [{"id": "c-1", "at": AT, **row} for row in found]}


def test_equal_events_are_one() -> None:
    payload = rows({"name": "x"}, {"name": "x", "other": 1}, {"name": "x", "id": "c-2"})

    events = events_by(NAMED, payload=payload)

    assert [(event.item, event.entity_id) for event in events] == [(0, "c-1"), (2, "c-2")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"name": "x"}, {"name": CANARY}),
        ({"name": 1}, {"name": True}),
        ({"name": Decimal("4.5")}, {"name": "4.5"}),
        ({"name": "x"}, {}),
        ({"name": "x"}, {"name": "x", "at": "2026-01-31T12:00:01Z"}),
    ],
)
def test_different_events_of_an_entity_are_all_refused(first: Any, second: Any) -> None:
    payload = rows(first, second, first, {"id": "c-2"})

    *refused, other = map_by(NAMED, payload=payload).results

    assert not isinstance(other, FailedItem)
    assert failures_in(refused) == [f"rule 1 (CONTRACT), id: {AMBIGUOUS}"] * 3
    assert {each.rejection.reason for each in refused if isinstance(each, FailedItem)} == {
        "ambiguous_item"
    }


def test_the_events_may_be_of_different_rules() -> None:
    delete = rule(id="payload.rows[0].id", operation="delete", time="payload.rows[0].at")
    milestone = rule(entity="MILESTONE", id="payload.rows[0].id")

    results = map_by(NAMED, delete, milestone, payload=rows({"name": "x"})).results

    assert failures_in(results) == [
        f"rule 1 (CONTRACT), id: {AMBIGUOUS}",
        f"rule 2 (CONTRACT), id: {AMBIGUOUS}",
    ]
    assert len(results) == 3


def test_equal_numbers_are_equal_however_they_are_written() -> None:
    events = events_by(NAMED, payload=rows({"name": 41}, {"name": Decimal("41.0")}))

    assert len(events) == 1


def test_events_of_hostile_depth_count_as_different() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    named = rule(each="payload.rows", event_id="'d-1'", fields={"contract_name": "item.name"})

    results = map_by(named, payload=rows({"name": deep}, {"name": deep})).results

    assert len(failures_in(results)) == 2

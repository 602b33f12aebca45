"""What the rules of a source make of a payload."""

from typing import Any

import pytest

from ingestion.mapping.compiled import BadRule, compile_rules
from ingestion.mapping.outcome import FailedItem, MappedEvent
from tests.support.factories import CANARY
from tests.unit.mapping.mapped import (
    events_by,
    failures_by,
    failures_in,
    map_by,
    rule,
)
from tests.unit.mapping.ocds import RULES, package

NAME = "contract_name"


def test_a_nested_payload_makes_the_events_of_each_level() -> None:
    events = events_by(*RULES, payload=package())

    assert [(event.rule, event.item, event.entity_id, event.time) for event in events] == [
        (1, 0, "ocds-1/7", "2026-01-29T00:00:00.000000Z"),
        (1, 1, "ocds-1/a%2Fb", "2026-01-30T09:00:00.000000Z"),
        (2, 0, "ocds-1/7/m-1", "2026-01-30T09:00:00.000000Z"),
        (2, 1, "ocds-1/7/2", "2026-01-30T09:00:00.000000Z"),
    ]
    assert [event.data for event in events] == [
        {
            "contract_id": "ocds-1/7",
            "contract_name": "Pumps",
            "contract_type": "works",
            "contract_status": "active",
        },
        {
            "contract_id": "ocds-1/a%2Fb",
            "contract_name": "Valves",
            "contract_type": "works",
            "contract_status": "pending",
        },
        {
            "milestone_id": "ocds-1/7/m-1",
            "contract_id": "ocds-1/7",
            "description": "Delivery",
            "end_date": "2026-03-31",
        },
        {"milestone_id": "ocds-1/7/2", "contract_id": "ocds-1/7", "description": "Payment"},
    ]


@pytest.mark.parametrize(
    ("operation", "item", "expected"),
    [
        ("upsert", {}, "upsert"),
        ("delete", {}, "delete"),
        ({"value": "item.op", "default": "upsert"}, {}, "upsert"),
        ({"value": "item.op", "default": "upsert"}, {"op": "delete"}, "delete"),
        ({"value": "item.op", "translate": {"D": "delete"}}, {"op": "D"}, "delete"),
    ],
)
def test_an_operation_is_fixed_or_comes_from_the_item(
    operation: Any, item: Any, expected: str
) -> None:
    mapped = rule(operation=operation, fields={NAME: "item.name"})

    (event,) = events_by(mapped, payload={"id": "c-1", "name": "x", **item})

    assert event.operation == expected
    assert event.data == {"contract_id": "c-1"} | ({NAME: "x"} if expected == "upsert" else {})


@pytest.mark.parametrize("value", [None, "", CANARY, True, ["delete"]])
def test_another_operation_refuses_the_item(value: Any) -> None:
    mapped = rule(operation={"value": "item.op"})

    assert failures_by(mapped, payload={"id": "c-1", "op": value}) == [
        "rule 1 (CONTRACT), operation: must be upsert or delete"
    ]


def test_a_delete_evaluates_no_field() -> None:
    mapped = rule(operation="delete", fields={NAME: {"value": "item.name", "number": True}})

    (event,) = events_by(mapped, payload={"id": "c-1", "name": CANARY})

    assert event.data == {"contract_id": "c-1"}


@pytest.mark.parametrize(
    ("time", "value", "expected"),
    [
        ("item.at", "2026-01-31T13:00:00.1234567+01:00", "2026-01-31T12:00:00.123456Z"),
        ({"value": "item.at", "format": "epoch_ms"}, 1769860800123, "2026-01-31T12:00:00.123000Z"),
        (
            {"value": "item.at", "format": ["rfc3339", "%d.%m.%Y %H:%M"], "zone": "Europe/Berlin"},
            "31.01.2026 13:00",
            "2026-01-31T12:00:00.000000Z",
        ),
    ],
)
def test_a_time_has_fixed_width(time: Any, value: Any, expected: str) -> None:
    (event,) = events_by(rule(time=time), payload={"id": "c-1", "at": value})

    assert event.time == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "is null: an event needs its time"),
        ("", "must be a time in the format rfc3339"),
        (CANARY, "must be a time in the format rfc3339"),
        ([CANARY], "must be a time in the format rfc3339"),
        (True, "must be a time in the format rfc3339"),
    ],
)
def test_a_bad_time_refuses_the_item(value: Any, message: str) -> None:
    assert failures_by(rule(time="item.at"), payload={"id": "c-1", "at": value}) == [
        f"rule 1 (CONTRACT), time: {message}"
    ]


def test_one_failing_item_harms_no_other() -> None:
    mapped = rule(
        each="payload.rows",
        when="item.size < `3`",
        fields={NAME: {"value": "item.n", "text": True}},
    )
    rows = [
        {"id": "c-1", "size": 1},
        {"id": "c-2", "size": CANARY},
        {"id": "c-3", "size": 9},
        {"id": None, "size": 1},
        {"id": "c-5", "size": 1, "n": {"x": CANARY}},
        {"id": "c-6", "size": 1},
    ]

    results = map_by(mapped, payload={"rows": rows}).results

    assert [result.item for result in results] == [0, 1, 3, 4, 5]
    assert [type(result) for result in results] == [
        MappedEvent,
        FailedItem,
        FailedItem,
        FailedItem,
        MappedEvent,
    ]
    failures = failures_in(results)
    assert failures[0].startswith("rule 1 (CONTRACT), when: ")
    assert failures[1].startswith("rule 1 (CONTRACT), id: is null")
    assert failures[2].startswith("rule 1 (CONTRACT), contract_name: is an object")
    assert CANARY not in str(results)
    reasons = {result.rejection.reason for result in results if isinstance(result, FailedItem)}
    assert reasons == {"unmappable_item"}


def test_a_failing_step_fails_one_item_of_the_step_before() -> None:
    mapped = rule(each=["payload.rows", "sort(item.ids)"], id="item")
    rows = [{"ids": ["b", "a"]}, {"ids": [1, CANARY]}, {"ids": ["c"]}]

    results = map_by(mapped, payload={"rows": rows}).results

    assert [getattr(result, "entity_id", None) for result in results] == ["a", "b", None, "c"]
    assert [result.item for result in results] == [0, 1, 2, 3]
    (failure,) = failures_in(results)
    assert failure.startswith("rule 1 (CONTRACT), each: ")
    assert CANARY not in failure


def test_the_version_changes_with_the_rules() -> None:
    versions = {
        compile_rules("sap", rules, ignore).version
        for rules, ignore in (
            ([rule()], []),
            ([rule(operation="delete")], []),
            ([rule(), rule()], []),
            ([rule()], ["payload.x"]),
            ([rule(fields={NAME: {"const": 1}})], []),
            ([rule(fields={NAME: {"const": "1"}})], []),
        )
    }

    assert len(versions) == 6
    assert compile_rules("x", [rule(operation="upsert")], []).version in versions


def test_rules_that_do_not_compile_are_refused_with_their_source() -> None:
    with pytest.raises(BadRule, match=r"^sap: rule 1 \(CONTRACT\): position 5: "):
        compile_rules("sap", [rule(each="item[")], [])
    with pytest.raises(BadRule, match=r'^sap: rule 1 \(CONTRACT\): unknown format "rfc333"'):
        compile_rules("sap", [rule(time={"value": "item.at", "format": "rfc333"})], [])
    with pytest.raises(BadRule, match=r"^sap: ignore: position 0: "):
        compile_rules("sap", [rule()], ["itme"])

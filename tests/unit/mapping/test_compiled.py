"""What the rules of a source make of a payload."""

from typing import Any

import pytest

from ingestion.mapping.compiled import BadRule, compile_rules
from ingestion.mapping.items.scope import payload_scope
from ingestion.mapping.outcome import FailedItem, MappedEvent, MappedPayload, Origin, Provenance
from ingestion.mapping.rules import Rule
from tests.support.factories import CANARY
from tests.unit.mapping.mapped import (
    ORIGIN,
    events_by,
    failures_by,
    failures_in,
    map_by,
    rule,
)
from tests.unit.mapping.ocds import RULES, package

NAME = "contract_name"


def names_by(mapped: Any, payload: Any, origin: Origin = ORIGIN) -> list[Any]:
    return [event.data.get(NAME) for event in events_by(mapped, payload=payload, origin=origin)]


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
    ("expression", "value"),
    [
        ("payload.name", "outer"),
        ("item.name", "outer"),
        ("parent", None),
        ("parents", []),
        ('headers."x-kind"', "push"),
        ("query.page", "2"),
        ("received_at", ORIGIN.received_at),
    ],
)
def test_the_names_without_each(expression: str, value: Any) -> None:
    origin = ORIGIN._replace(headers={"x-kind": "push"}, query={"page": "2"})
    mapped = rule(fields={NAME: expression})

    assert names_by(mapped, {"id": "c-1", "name": "outer"}, origin) == [value]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("payload.name", "outer"),
        ("item.name", "item"),
        ("parent.name", "inner"),
        ("parents[0].name", "inner"),
        ("parents[1].name", "outer"),
        ("parents[-1].name", "outer"),
        ("parents[2]", None),
        ("length(parents)", 2),
        ('headers."x-kind"', "push"),
        ("query.page", "2"),
        ("received_at", ORIGIN.received_at),
    ],
)
def test_the_names_with_each(expression: str, value: Any) -> None:
    payload = {"name": "outer", "a": {"name": "inner", "b": {"name": "item", "id": "c-1"}}}
    origin = ORIGIN._replace(headers={"x-kind": "push"}, query={"page": "2"})
    mapped = rule(each=["payload.a", "item.b"], fields={NAME: expression})

    assert names_by(mapped, payload, origin) == [value]


def test_a_step_may_filter_what_it_finds() -> None:
    payload = {"kinds": ["a"], "rows": [{"ids": ["c-1"]}, {"ids": ["c-2", "c-3"]}]}
    step = "item.ids[].{id: @} | [?contains(['c-1', 'c-3'], id)]"
    mapped = rule(each=["payload.rows", step], fields={NAME: "parents[1].kinds"})

    assert names_by(mapped, payload) == [["a"], ["a"]]


def test_a_step_may_read_every_name() -> None:
    payload = {"rows": [{"ids": ["c-1"]}]}
    every_name = "[payload, item, parent, parents, headers, query, received_at] | [6]"

    assert names_by(rule(each=["payload.rows[0]", every_name], id="item"), payload) == [None]


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (None, []),
        ([], []),
        ([None], []),
        (["a", None, "b"], ["a", "b"]),
        ([["a"], False], [["a"], False]),
        ("a", ["a"]),
        ("", [""]),
        (0, [0]),
        (False, [False]),
        ({"a": 1}, [{"a": 1}]),
        ({}, [{}]),
    ],
)
def test_a_step_gives_items(found: Any, names: list[Any]) -> None:
    mapped = rule(each="payload.found", id="to_string([item])", fields={NAME: "item"})

    assert names_by(mapped, {"found": found}) == names


def test_a_step_that_finds_nothing_gives_no_item() -> None:
    assert names_by(rule(each="payload.missing", fields={NAME: "item"}), {}) == []


true_in_jmespath = pytest.mark.parametrize(
    ("value", "is_true"),
    [
        (None, False),
        (False, False),
        ("", False),
        ([], False),
        ({}, False),
        (0, True),
        (True, True),
        ("x", True),
        ([None], True),
    ],
)


@true_in_jmespath
def test_when_is_true_as_in_jmespath(value: Any, is_true: bool) -> None:
    payload = {"id": "c-1", "value": value}

    assert len(map_by(rule(when="item.value"), payload=payload).results) == is_true


@true_in_jmespath
def test_ignore_is_true_as_in_jmespath(value: Any, is_true: bool) -> None:
    payload = {"id": "c-1", "value": value}

    ignored = map_by(rule(), payload=payload, ignore=("payload.other", "item.value"))

    assert ignored.is_ignored == is_true
    assert len(ignored.results) == (not is_true)


def test_a_payload_that_no_rule_wants_is_unmatched() -> None:
    assert map_by(rule(when="payload.other"), payload={"id": "c-1"}) == MappedPayload([], False)


def test_an_ignored_payload_evaluates_no_rule() -> None:
    assert map_by(rule(), payload={}, ignore=("`true`",)) == MappedPayload([], True)


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


def test_a_failing_ignore_fails_the_payload() -> None:
    (result,) = map_by(rule(), payload={"id": CANARY}, ignore=("abs(payload.id) > `1`",)).results

    assert (result.rule, result.item) == (0, 0)
    (failure,) = failures_in([result])
    assert failure.startswith("ignore: ")
    assert CANARY not in failure


def test_a_payload_that_one_expression_ignores_is_ignored_whatever_the_others_do() -> None:
    mapped = map_by(rule(), payload={"id": "x"}, ignore=("abs(payload.id)", "payload.id == 'x'"))

    assert mapped == MappedPayload([], True)


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


def provenance_by(mapped: Rule, payload: Any) -> Provenance:
    (compiled,) = compile_rules("sap", [mapped], []).rules
    return compiled.describe(payload_scope(payload, ORIGIN))


def test_provenance_names_the_expression_that_gave_each_value() -> None:
    fields = {
        NAME: {"first": ["item.a", "item.b"]},
        "contract_type": {"value": "item.missing", "default": "goods"},
        "contract_status": {"const": "active"},
        "joined": {"join": ["item.a", "item.b"]},
        "reference": {"id": ["item.id", "item.b"]},
        "left_out": "item.missing",
    }
    payload = {"id": "c-1", "b": "x", "at": "2026-01-31T12:00:00Z", "a": None}

    found = provenance_by(
        rule(fields=fields, time="item.at", event_id=["item.id", "item.b"]), payload
    )

    assert (found.id, found.time, found.event_id) == ("item.id", "item.at", "item.id, item.b")
    assert found.fields == {
        NAME: "item.b",
        "contract_type": "default",
        "contract_status": "const",
        "joined": "item.a, item.b",
        "reference": "item.id, item.b",
    }


def test_provenance_of_a_delete_has_no_field() -> None:
    deleted = rule(operation="delete", fields={NAME: "item.id"})

    assert provenance_by(deleted, {"id": "c-1"}) == Provenance("item.id", None, None, {})

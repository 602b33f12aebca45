"""Which values of a payload the rules read."""

from typing import Any

import pytest

from ingestion.mapping.coverage import coverage_of
from tests.unit.mapping.mapped import rule
from tests.unit.mapping.ocds import RULES, package

NAME = "contract_name"


def test_paths_are_resolved_through_the_steps() -> None:
    read, unread = coverage_of(RULES, [], package())

    assert read == [
        "releases[].ocid",
        "releases[].date",
        "releases[].tender.title",
        "releases[].tender.mainProcurementCategory",
        "releases[].contracts[].id",
        "releases[].contracts[].status",
        "releases[].contracts[].dateSigned",
        "releases[].contracts[].implementation.milestones[].id",
        "releases[].contracts[].implementation.milestones[].title",
        "releases[].contracts[].implementation.milestones[].dueDate",
        "releases[].contracts[].implementation.milestones[].description",
        "releases[].contracts[].title",
    ]
    assert unread == ["publisher.name", "releases[].contracts[]"]


@pytest.mark.parametrize(
    ("keys", "payload", "unread"),
    [
        ({}, {"id": 1, "a": 2}, ["a"]),
        ({}, {"id": 1, "a-b": {'c"d': 2}, "e f": [], "g": {}}, ['"a-b"."c\\"d"', '"e f"', "g"]),
        ({"when": "payload.a"}, {"id": 1, "a": 2}, []),
        ({"event_id": "item.a"}, {"id": 1, "a": 2}, []),
        ({"time": "item.a"}, {"id": 1, "a": 2}, []),
        ({"time": {"value": "item.a"}}, {"id": 1, "a": 2}, []),
        ({"operation": {"value": "item.a"}}, {"id": 1, "a": 2}, []),
        ({"fields": {NAME: {"first": ["item.a", "item.b"]}}}, {"id": 1, "a": 2, "b": 3}, []),
        ({"fields": {NAME: {"join": ["item.a"]}}}, {"id": 1, "a": 2, "b": 3}, ["b"]),
        ({"fields": {NAME: {"id": "item.a.x"}}}, {"id": 1, "a": {"x": 2, "y": 3}}, ["a.y"]),
        ({"fields": {NAME: "item.a"}}, {"id": 1, "a": {"x": 2, "y": [3]}}, []),
        ({"fields": {NAME: "item"}}, {"id": 1, "a": {"x": 2, "y": [3]}}, []),
        ({"fields": {NAME: "item.*.x"}}, {"id": 1, "a": {"x": 2, "y": 3}}, ["a.y"]),
        ({"fields": {NAME: "headers.a"}}, {"id": 1, "a": 2}, ["a"]),
        ({"fields": {NAME: "parent.a"}}, {"id": 1, "a": 2}, ["a"]),
        ({"each": "payload.a"}, {"id": 1, "a": [{"id": 2, "b": 3}]}, ["id", "a[].b"]),
        ({"each": "payload.a[?b=='x']"}, {"a": [{"id": 2, "b": 3, "c": 4}]}, ["a[].c"]),
        ({"each": "payload.a || payload.b"}, {"a": None, "b": {"id": 2, "c": 3}}, ["a", "b.c"]),
        ({"each": "payload.a", "id": "item"}, {"a": ["x", "y"]}, []),
        (
            {"each": ["payload.a", "item.b"], "id": "parents[-1].id"},
            {"id": 1, "a": {"b": {"c": 2}}},
            ["a.b.c"],
        ),
        (
            {"each": ["payload.a", "item.b"], "id": "parents[5].id"},
            {"id": 1, "a": {"b": {"c": 2}}},
            ["id", "a.b.c"],
        ),
        (
            {"each": ["payload.a", "item.b"], "id": "parents[*].id | [0]"},
            {"id": 1, "a": {"id": 2, "b": {"c": 2}}},
            ["a.b.c"],
        ),
        ({"each": "payload.a", "id": "length(parents)"}, {"a": [1], "b": 2}, []),
    ],
)
def test_a_value_that_no_rule_reads_is_listed(keys: Any, payload: Any, unread: list[str]) -> None:
    assert coverage_of([rule(**keys)], [], payload).unread == unread


def test_what_ignore_reads_is_read() -> None:
    assert coverage_of([rule()], ["payload.a", "payload.b"], {"a": 1, "b": 2, "c": 3}) == (
        ["a", "b"],
        ["c"],
    )


def test_a_condition_on_an_object_reads_no_value_in_it() -> None:
    payload = {"id": 1, "order": {"title": "T"}, "lines": [{"number": 1}]}
    conditional = rule(when="payload.order && payload.id")

    found = coverage_of([conditional], ["payload.lines"], payload)

    assert found == (["id"], ["order.title", "lines[].number"])

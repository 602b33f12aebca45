"""The names that expressions read, and the items that the steps of `each` give."""

from typing import Any

import pytest

from ingestion.mapping.outcome import Origin
from tests.unit.mapping.mapped import ORIGIN, events_by, rule

NAME = "contract_name"


def names_by(mapped: Any, payload: Any, origin: Origin = ORIGIN) -> list[Any]:
    return [event.data.get(NAME) for event in events_by(mapped, payload=payload, origin=origin)]


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


def test_a_step_may_read_every_name() -> None:
    payload = {"kinds": ["a"], "rows": [{"ids": ["c-1"]}, {"ids": ["c-2", "c-3"]}]}
    step = "item.ids[].{id: @} | [?contains(['c-1', 'c-3'], id)]"
    mapped = rule(each=["payload.rows", step], fields={NAME: "parents[1].kinds"})

    assert names_by(mapped, payload) == [["a"], ["a"]]
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


def test_a_step_to_nothing_gives_no_item() -> None:
    assert names_by(rule(each="payload.missing", fields={NAME: "item"}), {}) == []

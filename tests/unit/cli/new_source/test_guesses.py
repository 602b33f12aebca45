"""Which paths of a sample are the items and their id."""

from typing import Any

import pytest

from ingestion.cli.sources.new.guesses.find_ids import (
    best_ids,
    find_enveloped_id,
    find_ids,
    unusable_ids,
)
from ingestion.cli.sources.new.guesses.find_lists import find_lists, likely_items
from ingestion.cli.sources.new.guesses.path_values import paths_of


def ids(*items: Any, hints: tuple[str, ...] = ()) -> list[str]:
    """Return the keys of the paths that may hold the id, the best first."""
    return [".".join(path.keys) for path in find_ids(paths_of("item", items), hints)]


@pytest.mark.parametrize(
    ("item", "best"),
    [
        ({"number": 7, "id": 8}, "id"),
        ({"customer_id": 1, "uuid": "x"}, "uuid"),
        ({"customer_id": 1, "order_id": 2}, "order_id"),
        ({"customer_id": 1, "event_id": 2, "event": {"n": 1}}, "event_id"),
        ({"orderNumber": 7, "customerId": 8}, "orderNumber"),
        ({"team": "x", "deviceId": "d-1"}, "deviceId"),
        ({"customer": {"id": 1}, "order": {"number": 2}}, "order.number"),
        ({"head": {"schema_id": 1}, "body": {"id": 2}}, "body.id"),
        ({"deep": {"deeper": {"id": 1}}, "key": "x"}, "key"),
        ({"DOCNUM": "0017", "MANDT": "100"}, "DOCNUM"),
        ({"serial": "s-1", "site": "x"}, "serial"),
        ({"cbc:ProfileID": "p", "cbc:ID": "i-1"}, "cbc:ID"),
        (
            {"cbc:ProfileID": "p", "cbc:ID": {"@schemeID": "s", "#text": "i-1"}, "cbc:No": "7"},
            "cbc:ID.#text",
        ),
        ({"order": {"@number": "7", "@customerId": "8", "line": "x"}}, "order.@number"),
    ],
)
def test_the_best_id_is_named_as_one_near_the_top(item: Any, best: str) -> None:
    assert ids(item, hints=("order",))[0] == best


@pytest.mark.parametrize(
    "item",
    [
        {"id": None},
        {"id": ""},
        {"id": True},
        {"id": 1.5},
        {"id": [1]},
        {"id": "a#b"},
        {"id": " x"},
        {"id": "x" * 600},
        {"paid": "no"},
        {"amount": {"@currencyID": "EUR", "#text": "1.5"}},
        {"@schemeID": "x", "#text": "y"},
        {"name": "x"},
        {},
        7,
        None,
    ],
)
def test_a_value_that_is_no_id_is_no_guess(item: Any) -> None:
    assert ids(item) == []


def test_an_id_is_in_each_item_and_differs() -> None:
    assert ids({"id": 1, "key": "a"}, {"id": 1, "key": "b"}) == ["key"]
    assert ids({"id": 1, "key": "a"}, {"key": "b"}) == ["key"]
    assert ids({"id": 1}, {"id": "1"}) == []


def test_an_event_in_an_object_has_two_ids_too() -> None:
    event = {"id": "e-1", "event_type": "changed", "data": {"id": "r-1", "type": "incident"}}

    found = find_enveloped_id(paths_of("payload", [{"event": event}]))

    assert found is not None
    assert [path.expression for path in found] == ["payload.event.id", "payload.event.data.id"]
    assert find_enveloped_id(paths_of("payload", [{"order": event}])) is None


def test_an_event_about_an_entity_has_two_ids() -> None:
    event = {"id": "e-1", "type": "changed", "data": {"object": {"id": "r-1"}}}

    found = find_enveloped_id(paths_of("payload", [event]))

    assert found is not None
    assert [path.expression for path in found] == ["payload.id", "payload.data.object.id"]
    assert find_enveloped_id(paths_of("payload", [{**event, "type": None}])) is None
    assert find_enveloped_id(paths_of("payload", [{**event, "data": {}}])) is None
    assert find_enveloped_id(paths_of("payload", [{**event, "id": "x" * 257}])) is None


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        ({"rows": [{"id": 1}]}, "payload.rows"),
        ({"page": 1, "data": {"rows": [{"id": 1}, {"id": 2}]}}, "payload.data.rows"),
        ({"tags": [{"name": "x"}], "rows": [{"id": 1}]}, "payload.rows"),
        ({"id": 1, "lines": [{"id": 1}]}, None),
        ({"order": {"id": 1, "lines": [{"id": 1}]}}, None),
        ({"rows": [1, 2]}, None),
        ({"rows": [{"id": 1}, {"id": 1}]}, None),
        ({"rows": []}, None),
        ({}, None),
        ("text", None),
    ],
)
def test_the_list_of_the_items_is_above_any_id(payload: Any, path: str | None) -> None:
    found = likely_items(find_lists([payload], ()), [payload], ())

    assert found == [path or "payload"]


def test_lists_that_are_equally_good_are_all_named() -> None:
    rows = [{"id": 1}]
    request = {"object_attributes": {"id": 1}, "labels": rows}

    def likely(payload: Any, *hints: str) -> list[str]:
        return likely_items(find_lists([payload], hints), [payload], hints)

    assert likely(request) == ["payload", "payload.labels"]
    assert likely({"meta": {"request_id": "x"}, "rows": rows}) == ["payload.rows"]
    assert likely({"orders": rows, "users": rows}) == ["payload.orders", "payload.users"]
    assert likely({"orders": rows, "users": rows}, "users") == ["payload.users"]


@pytest.mark.parametrize(
    ("item", "best"),
    [
        ({"user": {"id": 1}, "issue": {"id": 2}}, ["user.id", "issue.id"]),
        ({"user": {"id": 1}, "issue": {"iid": 2}}, ["user.id"]),
        (
            {"app": {"uuid": "x"}, "data": {"issue": {"id": 2}}, "actor": {"id": 1}},
            ["actor.id", "app.uuid", "data.issue.id"],
        ),
        ({"a": "x", "issue": {"id": 1, "number": 2, "user": {"id": 3}}}, ["issue.id"]),
        ({"Invoice": {"cbc:ID": "i", "Order": {"cbc:ID": "o"}}}, ["Invoice.cbc:ID"]),
        ({"orgId": 1, "groupKey": "x"}, ["orgId", "groupKey"]),
        ({"id": 1, "ID": 2, "uuid": "x"}, ["id"]),
        ({"name": "x"}, []),
    ],
)
def test_ids_that_are_equally_good_are_all_named(item: Any, best: list[str]) -> None:
    found = best_ids(paths_of("item", [item]), ())

    assert [".".join(path.keys) for path in found] == best


def test_a_path_that_is_named_as_an_id_and_holds_none_has_a_reason() -> None:
    items = [{"id": "a#b", "key": None, "number": 7}, {"id": "x", "key": "k", "number": 7}]

    assert unusable_ids(paths_of("item", items)) == [
        "item.id has a value that cannot be an id (docs/http.md)",
        "item.key is null or missing in an item",
        "item.number has the same value in two items",
    ]

"""The paths that no rule reads are found through each, parents, filters and functions."""

from typing import Any

import pytest

from ingestion.cli.mapping.coverage import Coverage, coverage_of
from ingestion.mapping.rules import Rule
from tests.support.factories import Json

PAYLOAD: Json = {
    "ocid": "o-1",
    "buyer": {"name": "A", "tax-id": "7"},
    "lines": [{"number": 1, "kind": "part", "remark": "x"}, {"number": 2, "price": 4}],
    "tags": [],
}


def unread(payload: Any, *ignore: str, **rule: Any) -> list[str]:
    """Return the paths that a rule does not read."""
    written = Rule.model_validate({"entity": "EQUIPMENT", "id": "'1'"} | rule)
    return coverage_of([payload], [written], ignore).unread


def test_without_expressions_every_path_is_unread() -> None:
    assert unread(PAYLOAD) == [
        "payload.ocid",
        "payload.buyer.name",
        'payload.buyer."tax-id"',
        "payload.lines[].number",
        "payload.lines[].kind",
        "payload.lines[].remark",
        "payload.lines[].price",
        "payload.tags",
    ]


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        ({"id": "payload.ocid"}, "payload.ocid"),
        ({"id": ["item.ocid"]}, "payload.ocid"),
        ({"when": 'payload.buyer."tax-id"'}, 'payload.buyer."tax-id"'),
        ({"time": "payload.ocid"}, "payload.ocid"),
        ({"time": {"value": "payload.ocid"}}, "payload.ocid"),
        ({"event_id": ["payload.ocid"]}, "payload.ocid"),
        ({"operation": {"value": "payload.ocid"}}, "payload.ocid"),
        ({"fields": {"a": {"first": ["payload.x", "payload.ocid"]}}}, "payload.ocid"),
        ({"fields": {"a": {"join": ["payload.ocid"]}}}, "payload.ocid"),
        ({"fields": {"a": {"id": "payload.ocid"}}}, "payload.ocid"),
        ({"each": "payload.lines", "id": "item.number"}, "payload.lines[].number"),
        ({"each": "payload.lines[?kind=='part']"}, "payload.lines[].kind"),
        ({"each": "to_array(payload.lines)", "id": "item.kind"}, "payload.lines[].kind"),
        ({"each": ["payload.lines", "item.remark"], "id": "item"}, "payload.lines[].remark"),
        ({"each": ["payload.lines", "item.x"], "id": "parent.kind"}, "payload.lines[].kind"),
        ({"each": ["payload.lines", "item.x"], "id": "parents[1].ocid"}, "payload.ocid"),
        ({"each": ["payload.lines", "item.x"], "id": "parents[-1].ocid"}, "payload.ocid"),
        ({"each": "payload.lines", "id": "payload.lines[0].price"}, "payload.lines[].price"),
    ],
)
def test_a_path_that_an_expression_reads_is_not_listed(rule: Json, read: str) -> None:
    before, after = unread(PAYLOAD), unread(PAYLOAD, **rule)

    assert set(before) - set(after) == {read}


def test_an_object_that_is_read_as_a_whole_has_no_unread_path() -> None:
    found = unread(PAYLOAD, fields={"a": "payload.buyer", "b": "payload.lines[*].*"})

    assert found == ["payload.ocid", "payload.tags"]


def test_ignore_reads_too() -> None:
    assert "payload.ocid" not in unread(PAYLOAD, "payload.ocid == 'x'")


def test_headers_and_the_time_of_receipt_are_no_paths_of_the_payload() -> None:
    found = unread({"a": 1}, fields={"a": "headers.a", "b": "query.a", "c": "received_at"})

    assert found == ["payload.a"]


def test_each_path_is_listed_once_for_all_payloads() -> None:
    rule = Rule.model_validate({"entity": "EQUIPMENT", "id": "payload.a"})

    found = coverage_of([{"a": 1, "b": 1}, {"b": 2, "c": [[{"d": 1}]]}, 7], [rule], [])

    assert found == Coverage(
        ["payload.a", "payload.b", "payload.c[][].d", "payload"],
        ["payload.b", "payload.c[][].d", "payload"],
    )

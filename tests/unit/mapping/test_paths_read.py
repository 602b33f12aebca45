"""The paths that no rule reads are found through each, parents, filters and functions."""

from typing import Any

import pytest

from ingestion.mapping.coverage import Coverage, coverage_of
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
    return coverage_of([written], ignore, payload).unread


def test_without_expressions_every_path_is_unread() -> None:
    assert unread(PAYLOAD) == [
        "ocid",
        "buyer.name",
        'buyer."tax-id"',
        "lines[].number",
        "lines[].kind",
        "lines[].remark",
        "lines[].price",
        "tags",
    ]


@pytest.mark.parametrize(
    ("rule", "read"),
    [
        ({"id": "payload.ocid"}, "ocid"),
        ({"id": ["item.ocid"]}, "ocid"),
        ({"when": 'payload.buyer."tax-id"'}, 'buyer."tax-id"'),
        ({"time": "payload.ocid"}, "ocid"),
        ({"time": {"value": "payload.ocid"}}, "ocid"),
        ({"event_id": ["payload.ocid"]}, "ocid"),
        ({"operation": {"value": "payload.ocid"}}, "ocid"),
        ({"fields": {"a": {"first": ["payload.x", "payload.ocid"]}}}, "ocid"),
        ({"fields": {"a": {"join": ["payload.ocid"]}}}, "ocid"),
        ({"fields": {"a": {"id": "payload.ocid"}}}, "ocid"),
        ({"each": "payload.lines", "id": "item.number"}, "lines[].number"),
        ({"each": "payload.lines[?kind=='part']"}, "lines[].kind"),
        ({"each": "to_array(payload.lines)", "id": "item.kind"}, "lines[].kind"),
        ({"each": ["payload.lines", "item.remark"], "id": "item"}, "lines[].remark"),
        ({"each": ["payload.lines", "item.x"], "id": "parent.kind"}, "lines[].kind"),
        ({"each": ["payload.lines", "item.x"], "id": "parents[1].ocid"}, "ocid"),
        ({"each": ["payload.lines", "item.x"], "id": "parents[-1].ocid"}, "ocid"),
        ({"each": "payload.lines", "id": "payload.lines[0].price"}, "lines[].price"),
    ],
)
def test_a_path_that_an_expression_reads_is_not_listed(rule: Json, read: str) -> None:
    before, after = unread(PAYLOAD), unread(PAYLOAD, **rule)

    assert set(before) - set(after) == {read}


def test_an_object_that_is_read_as_a_whole_has_no_unread_path() -> None:
    found = unread(PAYLOAD, fields={"a": "payload.buyer", "b": "payload.lines[*].*"})

    assert found == ["ocid", "tags"]


def test_a_condition_on_an_object_reads_no_value_in_it() -> None:
    assert unread(PAYLOAD, "payload.lines", when="payload.buyer") == unread(PAYLOAD)


def test_ignore_reads_too() -> None:
    assert "ocid" not in unread(PAYLOAD, "payload.ocid == 'x'")


def test_headers_and_the_time_of_receipt_are_no_paths_of_the_payload() -> None:
    found = unread({"a": 1}, fields={"a": "headers.a", "b": "query.a", "c": "received_at"})

    assert found == ["a"]


def test_the_elements_of_a_list_share_a_path() -> None:
    rule = Rule.model_validate({"entity": "EQUIPMENT", "id": "payload.a"})

    found = coverage_of([rule], [], {"a": 1, "c": [[{"d": 1}], [{"d": 2, "e": 3}]]})

    assert found == Coverage(["a"], ["c[][].d", "c[][].e"])

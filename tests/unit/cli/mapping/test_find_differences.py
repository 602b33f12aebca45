"""A difference names the payload, the rule, the item and the field, what is expected and found."""

from decimal import Decimal
from typing import Any

import pytest

from ingestion.cli.mapping.expected_file import Expected
from ingestion.cli.mapping.find_differences import find_differences

NOON = "2026-01-31T12:00:00.000000Z"
EVENT = {"rule": 1, "item": 0, "entity": "CONTRACT", "id": "c-1", "time": NOON, "event_id": "e-1"}
REFUSED = {"rule": 1, "item": 0, "entity": "CONTRACT", "errors": ["id: is null"]}


def expected(*payloads: dict[str, Any]) -> Expected:
    return Expected.model_validate({"received_at": NOON, "payloads": list(payloads)})


def events(*changes: dict[str, Any]) -> Expected:
    return expected({"events": [EVENT | change for change in changes]})


@pytest.mark.parametrize(
    ("wanted", "found", "line"),
    [
        pytest.param(
            events({"id": "c-1"}),
            events({"id": "c-2"}),
            'payload 0: rule 1 (CONTRACT), item 0: id: expected "c-1", found "c-2"',
            id="id",
        ),
        pytest.param(
            events({"fields": {"name": "Turbines"}}),
            events({}),
            'payload 0: rule 1 (CONTRACT), item 0: name: expected "Turbines", found nothing',
            id="field without a value",
        ),
        pytest.param(
            events({}),
            events({"fields": {"price": Decimal("4.390")}}),
            "payload 0: rule 1 (CONTRACT), item 0: price: expected nothing, found 4.39",
            id="new field",
        ),
        pytest.param(
            events({"fields": {"count": "12"}}),
            events({"fields": {"count": 12}}),
            'payload 0: rule 1 (CONTRACT), item 0: count: expected "12", found 12',
            id="a number is no text",
        ),
        pytest.param(
            events({}, {"item": 1}),
            events({}),
            "payload 0: rule 1 (CONTRACT), item 1: this event is expected, not found",
            id="missing event",
        ),
        pytest.param(
            events({}),
            events({}, {"rule": 2, "entity": "MILESTONE"}),
            "payload 0: rule 2 (MILESTONE), item 0: this event is found, not expected",
            id="further event",
        ),
        pytest.param(
            expected({"refused": [REFUSED]}),
            expected({"refused": [REFUSED | {"errors": ["id: is a list"]}]}),
            "payload 0: rule 1 (CONTRACT), item 0: errors: expected"
            ' ["id: is null"], found ["id: is a list"]',
            id="another reason",
        ),
        pytest.param(
            expected({"ignored": True}),
            expected({"unmatched": True}),
            "payload 0: ignored: expected true, found false",
            id="unmatched",
        ),
        pytest.param(
            expected({}, {"ignored": True}),
            expected({}),
            "payload 1: expected, not found",
            id="missing payload",
        ),
        pytest.param(expected(), expected({}), "payload 0: found, not expected", id="new payload"),
    ],
)
def test_a_difference_is_one_line(wanted: Expected, found: Expected, line: str) -> None:
    assert line in find_differences(wanted, found)


def test_equal_numbers_do_not_differ() -> None:
    wanted = events({"fields": {"price": Decimal("41.0"), "deep": [{"n": 3}]}})
    found = events({"fields": {"price": 41, "deep": [{"n": Decimal("3.00")}]}})

    assert find_differences(wanted, found) == []


def test_an_event_that_is_refused_now_is_named_with_the_reason() -> None:
    lines = find_differences(events({}), expected({"refused": [REFUSED]}))

    assert lines == [
        "payload 0: rule 1 (CONTRACT), item 0: this event is expected, not found",
        "payload 0: rule 1 (CONTRACT), item 0: this refusal is found, not expected: id: is null",
    ]

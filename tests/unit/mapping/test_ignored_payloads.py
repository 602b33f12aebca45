"""`when` and `ignore` say which items and payloads make no event."""

from typing import Any

import pytest

from ingestion.mapping.outcome import MappedPayload
from tests.support.factories import CANARY
from tests.unit.mapping.mapped import failures_in, map_by, rule

TRUTH: list[tuple[Any, bool]] = [
    (None, False),
    (False, False),
    ("", False),
    ([], False),
    ({}, False),
    (0, True),
    (True, True),
    ("x", True),
    ([None], True),
]


@pytest.mark.parametrize(("value", "is_true"), TRUTH)
def test_when_is_true_as_in_jmespath(value: Any, is_true: bool) -> None:
    wanted = rule(when="item.value")

    assert len(map_by(wanted, payload={"id": "c-1", "value": value}).results) == is_true


@pytest.mark.parametrize(("value", "is_true"), TRUTH)
def test_ignore_is_true_as_in_jmespath(value: Any, is_true: bool) -> None:
    payload = {"id": "c-1", "value": value}

    ignored = map_by(rule(), payload=payload, ignore=("payload.other", "item.value"))

    assert (ignored.is_ignored, len(ignored.results)) == (is_true, not is_true)


def test_a_payload_that_no_rule_wants_is_unmatched() -> None:
    assert map_by(rule(when="payload.other"), payload={"id": "c-1"}) == MappedPayload([], False)


def test_an_ignored_payload_evaluates_no_rule() -> None:
    assert map_by(rule(), payload={}, ignore=("`true`",)) == MappedPayload([], True)


def test_a_failing_ignore_fails_the_payload() -> None:
    (result,) = map_by(rule(), payload={"id": CANARY}, ignore=("abs(payload.id) > `1`",)).results

    assert (result.rule, result.item) == (0, 0)
    (failure,) = failures_in([result])
    assert failure.startswith("ignore: ")
    assert CANARY not in failure


def test_a_payload_that_one_expression_ignores_is_ignored_whatever_the_others_do() -> None:
    mapped = map_by(rule(), payload={"id": "x"}, ignore=("abs(payload.id)", "payload.id == 'x'"))

    assert mapped == MappedPayload([], True)

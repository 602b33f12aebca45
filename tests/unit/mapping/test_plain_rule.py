"""A rule that takes each value as it is is known by the names that it reads."""

from typing import Any

import pytest

from ingestion.mapping.plain_rule import PlainRule, plain_rule
from ingestion.mapping.rules import Rule

PLAIN: dict[str, Any] = {
    "entity": "CONTRACT",
    "id": ["item.year", 'payload."no."'],
    "time": {"value": "item.at", "format": "epoch_s"},
    "fields": {"contract_name": "item.name", "contract_type": "payload.kind"},
}


def test_a_plain_rule_has_the_names_of_its_values() -> None:
    found = plain_rule(Rule.model_validate(PLAIN))

    fields = {"contract_name": "name", "contract_type": "kind"}
    assert found == PlainRule(id=("year", "no."), time="at", fields=fields)


def test_a_plain_rule_may_have_only_an_id() -> None:
    found = plain_rule(Rule(entity="CONTRACT", id="item.no"))

    assert found == PlainRule(id=("no",), time=None, fields={})


@pytest.mark.parametrize(
    "more",
    [
        {"each": "payload.rows"},
        {"when": "item.name"},
        {"event_id": "item.no"},
        {"operation": "delete"},
        {"id": "item.a.b"},
        {"id": "item"},
        {"time": "received_at"},
        {"time": "parent.at"},
        {"fields": {"contract_name": "item.a || item.b"}},
        {"fields": {"contract_name": {"value": "item.a"}}},
    ],
    ids=str,
)
def test_a_rule_that_does_more_is_not_plain(more: dict[str, Any]) -> None:
    assert plain_rule(Rule.model_validate(PLAIN | more)) is None

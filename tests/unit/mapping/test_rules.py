"""The models of rules: what they refuse, and how they survive the build as JSON."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from ingestion.mapping.compiled import compile_rules
from ingestion.mapping.rules import Form, Rule
from tests.unit.mapping.mapped import events_by, rule

CONSTANTS: dict[Any, Any] = {
    "text": "4.5",
    "decimal": Decimal("4.5"),
    "large": Decimal("1E+2"),
    "whole": 123456789012345678901,
    "yes": True,
    "none": None,
    5: "number as a key",
    Decimal("4.50"): "decimal as a key",
    False: "boolean as a key",
}
EVERY_KEY = {
    "entity": "CONTRACT",
    "each": ["payload.rows", "item.lines"],
    "when": "item.id",
    "id": ["item.id", "'x'"],
    "event_id": ["item.id"],
    "time": {"value": "item.at", "format": ["rfc3339", "%d.%m.%Y"], "zone": "Europe/Berlin"},
    "operation": {"value": "item.op", "translate": {"D": "delete"}, "default": "upsert"},
    "optional": True,
    "fields": {
        "plain": "item.a",
        "const": {"const": Decimal("4.39")},
        "first": {"first": ["item.a", "item.b"], "optional": True},
        "join": {"join": ["item.a", "item.b"], "with": "-", "empty": ["", 0, True]},
        "reference": {"id": "item.a"},
        "references": {"id": ["item.a", "item.b"]},
        "translate": {"value": "item.a", "translate": CONSTANTS, "default": Decimal("0.1")},
        "number": {"value": "item.a", "number": True},
        "german": {
            "value": "item.a",
            "number": {"decimal": ",", "thousands": ".", "scale": 2, "trailing_minus": True},
        },
        "date": {"value": "item.a", "date": ["iso", "%d.%m.%Y"], "zone": "UTC"},
        "time": {"value": "item.a", "time": "epoch_s", "zone": "UTC", "output": "%H:%M"},
        "split": {"value": "item.a", "split": ",", "take": -1, "text": True, "default": ""},
    },
}


class Built(BaseModel):
    rules: list[Rule]


def test_every_key_survives_the_build() -> None:
    rules = [Rule.model_validate(EVERY_KEY), rule(), rule(operation="delete", time="item.at")]

    text = Built(rules=rules).model_dump_json()
    built = Built.model_validate_json(text).rules

    assert built == rules
    assert '"with":"-"' in text
    assert '"const":4.39' in text
    assert compile_rules("s", built, []).version == compile_rules("s", rules, []).version
    again = Built(rules=built).model_dump_json()
    assert again == text


def test_a_built_constant_is_the_same_value() -> None:
    fields = {name: {"value": f"'{name}'", "translate": CONSTANTS} for name in ("text", "decimal")}
    built = Rule.model_validate_json(rule(fields=fields).model_dump_json())

    (event,) = events_by(built, payload={"id": "c-1"})

    assert event.data == {"contract_id": "c-1", "text": "4.5", "decimal": Decimal("4.5")}
    assert isinstance(event.data["decimal"], Decimal)


@pytest.mark.parametrize("key", ["5", "4.5", "false"])
def test_a_key_of_translate_is_compared_as_text(key: str) -> None:
    form = Form.model_validate({"value": "item.a", "translate": CONSTANTS})

    assert key in form.translate


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "must have exactly one of value, const, first, join, id: it has none"),
        ({"value": "item.a", "const": 1}, "it has value, const"),
        ({"const": None}, "it has none"),
        ({"value": ""}, "at least 1 character"),
        ({"value": "x" * 1_001}, "at most 1000 characters"),
        ({"first": []}, "at least 1 item"),
        ({"value": "item.a", "number": {"scale": -1}}, "greater than or equal to 0"),
        ({"value": "item.a", "translat": {}}, "Extra inputs are not permitted"),
        ({"value": "item.a", "with_": "-"}, "Extra inputs are not permitted"),
        ({"value": "item.a", "take": "1"}, "valid integer"),
    ],
)
def test_a_form_is_refused(form: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Form.model_validate(form)


@pytest.mark.parametrize("missing", ["entity", "id"])
def test_a_rule_needs_its_entity_and_its_id(missing: str) -> None:
    keys = {"entity": "CONTRACT", "id": "item.id"}
    del keys[missing]

    with pytest.raises(ValidationError, match=f"{missing}\n  Field required"):
        Rule.model_validate(keys)

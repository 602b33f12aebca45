"""Which expression gave each value of an event."""

from typing import Any

from ingestion.mapping.compiled import compile_rules
from ingestion.mapping.items.scope import payload_scope
from ingestion.mapping.outcome import Provenance
from ingestion.mapping.rules import Rule
from tests.unit.mapping.mapped import ORIGIN, rule

NAME = "contract_name"


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

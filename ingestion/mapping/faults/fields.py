"""Finds fields that the entity lacks, or requires and does not get."""

from collections.abc import Iterator

from entities.base import Entity
from entities.faults import did_you_mean
from ingestion.mapping.faults.fault import RuleFault
from ingestion.mapping.rules import Rule


def field_faults(rule: Rule, model: type[Entity]) -> Iterator[RuleFault]:
    """Yield the faults of the names in `fields`. A delete has none."""
    if rule.operation == "delete":
        if rule.fields:
            yield RuleFault(("fields",), "are not read for a delete: remove fields")
        return
    id_field = model.id_field()
    known = [name for name in model.model_fields if name != id_field]
    for name in rule.fields:
        if name == id_field:
            yield RuleFault(("fields", name), "the rule's id fills this field: remove it here")
        elif name not in known:
            use = f"use one of {', '.join(known)}{did_you_mean(name, known)}"
            yield RuleFault(("fields", name), f"{rule.entity} has no field {name!r}: {use}")
    required = [name for name in known if model.model_fields[name].is_required()]
    missing = [name for name in required if name not in rule.fields]
    if missing:
        names = ", ".join(missing)
        yield RuleFault(("fields",), f"{rule.entity} requires {names}: add each to fields")

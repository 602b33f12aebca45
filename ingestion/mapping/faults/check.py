"""Finds every fault of a source's rules before any payload arrives."""

from collections.abc import Collection, Iterator, Sequence

import entities
from entities.base import Entity
from entities.faults import did_you_mean
from ingestion.mapping.faults.constants import (
    OPERATION,
    adapter_of_field,
    constant_faults,
    null_faults,
)
from ingestion.mapping.faults.expressions import (
    count_parents,
    expression_fault,
)
from ingestion.mapping.faults.fault import Path, RuleFault
from ingestion.mapping.faults.fields import field_faults
from ingestion.mapping.faults.forms import form_faults, time_faults
from ingestion.mapping.faults.types import type_faults
from ingestion.mapping.outcome import rule_name
from ingestion.mapping.rule_expressions import expressions_of, forms_of
from ingestion.mapping.rules import EventTimeForm, Form, Rule

__all__ = ["RuleFault", "rule_faults"]


def rule_faults(
    source: str, rules: Sequence[Rule], ignore: Sequence[str], entities_of_source: Collection[str]
) -> list[RuleFault]:
    """Return the faults of the rules, in their order. Paths begin with `map` or `ignore`.

    A message names the rule, its entity and the key.
    """
    found = []
    for index, rule in enumerate(rules):
        label = rule_name(index + 1, rule.entity)
        for path, message in _faults(source, rule, entities_of_source):
            words = f"{', '.join([label, *key_names(path)])}: {message}"
            found.append(RuleFault(("map", index, *path), words))
    for index, text in enumerate(ignore):
        place: Path = ("ignore", index) if len(ignore) > 1 else ("ignore",)
        found += [RuleFault(place, f"ignore: {m}") for _, m in expression_fault(place, text)]
    return found


def key_names(path: Path) -> list[str]:
    """Return how messages name a place in a rule: `end_date.first` and `entry 2`, from 1."""
    keys = path[1:] if path[:1] == ("fields",) and len(path) > 1 else path
    named = ".".join(key for key in keys if isinstance(key, str))
    entries = [f"entry {key + 1}" for key in keys if isinstance(key, int)]
    return [named, *entries] if named else entries


def _faults(source: str, rule: Rule, entities_of_source: Collection[str]) -> Iterator[RuleFault]:
    if rule.entity not in entities_of_source:
        use = f"use one of {', '.join(entities_of_source)}"
        suggestion = did_you_mean(rule.entity, entities_of_source)
        yield RuleFault(("entity",), f"is no entity of {source}: {use}{suggestion}")
    for path, text in expressions_of(rule):
        yield from expression_fault(path, text, count_parents(rule, path))
    if isinstance(rule.time, EventTimeForm):
        yield from time_faults(rule.time)
    model = entities.models().get(rule.entity)
    if model:
        yield from field_faults(rule, model)
    for path, form in forms_of(rule):
        yield from _form_faults(path, form, model)


def _form_faults(path: Path, form: Form, model: type[Entity] | None) -> Iterator[RuleFault]:
    faults = list(form_faults(path, form))
    yield from faults
    field = str(path[-1])
    if faults:
        return  # A constant passes the form's formats.
    if path == ("operation",):
        yield from constant_faults(path, form, OPERATION)
        yield from null_faults(path, form)
    elif model and field in model.model_fields:
        if misfits := list(type_faults(path, form, model)):
            yield from misfits
            return  # The field would refuse a constant for the same reason.
        yield from constant_faults(path, form, adapter_of_field(model, field))
        if model.model_fields[field].is_required():
            yield from null_faults(path, form)

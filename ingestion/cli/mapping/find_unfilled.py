"""Finds what no sample of a source fills: rules without an event, and expressions that are null."""

from collections.abc import Iterator, Sequence

import entities
from ingestion.cli.mapping.trial_result import TriedItem
from ingestion.mapping.expressions import Expression, compile_expression
from ingestion.mapping.outcome import rule_name
from ingestion.mapping.rule_expressions import expressions_of
from ingestion.mapping.rules import Form, Rule
from ingestion.mapping.values.value import FAILURES, Scope

_ADVICE = "correct it, add a sample that has it, or write a form with `optional: true`"


def find_unfilled(rules: Sequence[Rule], items: Sequence[TriedItem]) -> Iterator[str]:
    """Yield a line for each rule and field that no item of all samples of the source fills."""
    for number, rule in enumerate(rules, 1):
        if not rule.optional:
            place = rule_name(number, rule.entity)
            own = [item for item in items if item.rule == number]
            yield from (f"{place}{line}" for line in _of_rule(rule, own))


def _of_rule(rule: Rule, items: Sequence[TriedItem]) -> Iterator[str]:
    if not any(item.event for item in items):
        reasons = ("; ".join(item.errors) for item in items if item.errors)
        reason = next(reasons, "no sample has an item for it")
        advice = "add a sample of one, or mark the rule `optional: true`"
        yield f" makes no valid event in any sample ({reason}): {advice}"
    upserts = [item for item in items if not (item.mapped and item.mapped.operation == "delete")]
    if items and not upserts and rule.fields:
        yield " makes only deletes: add a sample of an upsert, or mark the rule `optional: true`"
    yield from _null_expressions(rule, "operation", items)
    yield from _null_expressions(rule, "fields", upserts)
    if upserts:
        yield from _required_fields(rule, upserts)


def _null_expressions(rule: Rule, key: str, items: Sequence[TriedItem]) -> Iterator[str]:
    """Yield a line for each expression of a key of the rule that is null for all of some items."""
    scopes = [item.scope for item in items if item.scope is not None]
    for path, text in expressions_of(rule):
        name = str(path[1]) if key == "fields" and len(path) > 1 else key
        written = rule.fields.get(name) if key == "fields" else rule.operation
        is_optional = isinstance(written, Form) and written.optional
        if path[0] == key and scopes and not is_optional:
            expression = compile_expression(text)
            if all(_is_null(expression, scope) for scope in scopes):
                yield f", {name}: `{text}` is null in every sample: {_ADVICE}"


def _is_null(expression: Expression, scope: Scope) -> bool:
    try:
        return expression.evaluate(scope) is None
    except FAILURES:  # The item is refused for it.
        return False


def _required_fields(rule: Rule, items: Sequence[TriedItem]) -> Iterator[str]:
    fields = entities.models()[rule.entity].model_fields
    for name, field in fields.items():
        written = rule.fields.get(name)
        is_optional = isinstance(written, Form) and written.optional
        if field.is_required() and not is_optional and not any(name in i.fields for i in items):
            yield f": the required field {name} has no value in any sample"

"""Finds what no sample of a source fills: rules without an event, and expressions that are null."""

from collections.abc import Iterator, Sequence

import entities
from ingestion.cli.mapping.trial import TriedItem
from ingestion.cli.mapping.written import expressions_of_value
from ingestion.mapping.expressions import Expression, compile_expression
from ingestion.mapping.rules import Form, Rule
from ingestion.mapping.values.value import FAILURES, Scope

_ADVICE = "correct it, add a sample that has it, or mark the form `optional: true`"


def unfilled(rules: Sequence[Rule], items: Sequence[TriedItem]) -> Iterator[str]:
    """Yield a line for each rule and field that no item of all samples of the source fills."""
    for number, rule in enumerate(rules, 1):
        if not rule.optional:
            place = f"rule {number} ({rule.entity})"
            own = [item for item in items if item.rule == number]
            yield from (f"{place}{line}" for line in _of_rule(rule, own))


def _of_rule(rule: Rule, items: Sequence[TriedItem]) -> Iterator[str]:
    if not any(item.event for item in items):
        reasons = (item.rejection.detail for item in items if item.rejection)
        reason = next(reasons, "no sample has an item for it")
        advice = "add a sample of one, or mark the rule `optional: true`"
        yield f" makes no valid event in any sample ({reason}): {advice}"
    if isinstance(rule.operation, Form):
        yield from _of_value("operation", rule.operation, _scopes(items))
    upserts = [item for item in items if not (item.mapped and item.mapped.operation == "delete")]
    if items and not upserts and rule.fields:
        yield " makes only deletes: add a sample of an upsert, or mark the rule `optional: true`"
    if upserts:
        for name, value in rule.fields.items():
            yield from _of_value(name, value, _scopes(upserts))
        yield from _required_fields(rule, upserts)


def _of_value(name: str, value: str | Form, scopes: Sequence[Scope]) -> Iterator[str]:
    if isinstance(value, Form) and value.optional:
        return
    for text in expressions_of_value(value):
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


def _scopes(items: Sequence[TriedItem]) -> list[Scope]:
    return [item.scope for item in items if item.scope is not None]

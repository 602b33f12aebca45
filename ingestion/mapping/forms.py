"""Compiles what gives a field its value: an expression, or a form with its changes."""

from collections.abc import Sequence
from typing import Any

from ingestion.mapping import changes
from ingestion.mapping.changes import Change
from ingestion.mapping.numbers import compile_number
from ingestion.mapping.values import compile_given, from_expression
from ingestion.mapping.rules import Constant, Form
from ingestion.mapping.scope import CompiledValue, Scope
from ingestion.mapping.time_formats import compile_date, compile_time

DEFAULT = "default"


def compile_value(value: str | Form) -> CompiledValue:
    """Return what reads the final value. Raises BadExpression, and ValueError for a bad format."""
    if isinstance(value, str):
        return from_expression(value)
    return _changed(compile_given(value), list(compile_changes(value).values()), value.default)


def _changed(
    given: CompiledValue, steps: Sequence[Change], default: Constant | None
) -> CompiledValue:
    """Return the value with the changes applied in order. Null ends them."""

    def change(scope: Scope) -> Any:
        value = given.evaluate(scope)
        for step in steps:
            if value is None:
                return None
            value = step(value)
        return value

    def evaluate(scope: Scope) -> Any:
        value = change(scope)
        return default if value is None else value

    def describe(scope: Scope) -> str:
        is_default = default is not None and change(scope) is None
        return DEFAULT if is_default else given.describe(scope)

    return CompiledValue(evaluate, describe)


def compile_changes(form: Form) -> dict[str, Change]:
    """Return the changes of a form by their keys, in the order in which they apply.

    Raises ValueError for a bad format.
    """
    found: dict[str, Change] = {}
    if form.empty:
        found["empty"] = changes.emptier(form.empty)
    if form.translate:
        has_default = form.default is not None
        found["translate"] = changes.translator(form.translate, has_default=has_default)
    if form.number:
        found["number"] = compile_number(form.number)
    if form.date is not None:
        found["date"] = compile_date(form.date, form.zone)
    if form.time is not None:
        found["time"] = compile_time(form.time, form.zone, form.output)
    if form.split is not None:
        found["split"] = changes.splitter(form.split, form.take)
    if form.text:
        found["text"] = changes.as_text
    return found

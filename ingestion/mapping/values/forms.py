"""Compiles what gives a field its value: an expression, or a form with its changes."""

from collections.abc import Sequence
from typing import Any

from ingestion.mapping.rules import Constant, Form
from ingestion.mapping.values.changes import CHANGES, Change
from ingestion.mapping.values.given import compile_given, from_expression
from ingestion.mapping.values.value import CompiledValue, Scope

DEFAULT = "default"


def compile_value(value: str | Form) -> CompiledValue:
    """Return what reads the final value. Raises BadExpression, and ValueError for a bad format."""
    if isinstance(value, str):
        return from_expression(value)
    changes = [change for compiler in CHANGES.values() if (change := compiler(value))]
    return _changed(compile_given(value), changes, value.default)


def _changed(
    given: CompiledValue, changes: Sequence[Change], default: Constant | None
) -> CompiledValue:
    def changed(scope: Scope) -> Any:
        value = given.evaluate(scope)
        for change in changes:
            if value is None:
                return None
            value = change(value)
        return value

    def evaluate(scope: Scope) -> Any:
        value = changed(scope)
        return default if value is None else value

    def describe(scope: Scope) -> str:
        is_default = default is not None and changed(scope) is None
        return DEFAULT if is_default else given.describe(scope)

    return CompiledValue(evaluate, describe)

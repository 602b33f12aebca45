"""Compiles what gives a value before any change: value, const, first, join or id."""

from collections.abc import Sequence
from typing import Any

from ingestion.mapping.expressions import Expression, compile_expression
from ingestion.mapping.rules import Constant, Form
from ingestion.mapping.values.ids import compile_id
from ingestion.mapping.values.value import CompiledValue, Scope, exact_text


def compile_given(form: Form) -> CompiledValue:
    """Return the value that a form begins with. Raises BadExpression."""
    if form.value is not None:
        return from_expression(form.value)
    if form.first is not None:
        return _first([compile_expression(text) for text in form.first])
    if form.join is not None:
        return _join([compile_expression(text) for text in form.join], form.with_)
    if form.id is not None:
        return compile_id(form.id)
    return _constant(form.const)


def from_expression(text: str) -> CompiledValue:
    """Return the value that an expression gives. Raises BadExpression."""
    return CompiledValue(compile_expression(text).evaluate, lambda _: text)


def _constant(constant: Constant | None) -> CompiledValue:
    return CompiledValue(lambda _: constant, lambda _: "const")


def _first(expressions: Sequence[Expression]) -> CompiledValue:
    def find(scope: Scope) -> tuple[Any, str]:
        for expression in expressions:
            value = expression.evaluate(scope)
            if value is not None:
                return value, expression.text
        return None, ", ".join(expression.text for expression in expressions)

    return CompiledValue(lambda scope: find(scope)[0], lambda scope: find(scope)[1])


def _join(expressions: Sequence[Expression], separator: str) -> CompiledValue:
    def join(scope: Scope) -> str | None:
        values = [expression.evaluate(scope) for expression in expressions]
        texts = [exact_text(value) for value in values if value is not None]
        return separator.join(texts) if texts else None

    texts = ", ".join(expression.text for expression in expressions)
    return CompiledValue(join, lambda _: texts)

"""Finds expressions that do not compile, or that read a parent which never exists."""

import re
from collections.abc import Iterator, Sequence

from ingestion.mapping.expressions import BadExpression, Expression, compile_expression
from ingestion.mapping.faults.fault import Path, RuleFault
from ingestion.mapping.rules import EventTimeForm, Form, Rule

_WORD = re.compile(r"[\w-]+")
_POSITION = re.compile(r"-?[0-9]+")


def expressions_of(rule: Rule) -> Iterator[tuple[Path, str]]:
    """Yield every expression of a rule, with its keys inside the rule."""
    for key in ("each", "when", "id", "event_id"):
        yield from _texts((key,), getattr(rule, key))
    for path, form in forms_of(rule):
        for key in ("value", "first", "join", "id"):
            yield from _texts((*path, key), getattr(form, key))
    if isinstance(rule.time, EventTimeForm):
        yield ("time", "value"), rule.time.value
    else:
        yield from _texts(("time",), rule.time)
    for name, value in rule.fields.items():
        if isinstance(value, str):
            yield ("fields", name), value


def forms_of(rule: Rule) -> Iterator[tuple[Path, Form]]:
    """Yield every form of a rule, with its keys inside the rule."""
    if isinstance(rule.operation, Form):
        yield ("operation",), rule.operation
    for name, value in rule.fields.items():
        if isinstance(value, Form):
            yield ("fields", name), value


def count_parents(rule: Rule, path: Path) -> int:
    """Return how many parents the item has that an expression of the rule reads."""
    if path[0] == "each":  # A step is applied to the item of the step before.
        return int(path[1]) if len(path) > 1 else 0
    return len(rule.steps)


def expression_fault(path: Path, text: str, parents: int = 0) -> Iterator[RuleFault]:
    """Yield the fault of an expression. The item that it reads has this many parents."""
    try:
        for name in _missing_parents(compile_expression(text), parents):
            yield RuleFault(path, f"{name} in {text!r} is always null: {_why(parents)}")
    except BadExpression as error:
        is_word = path[0] == "fields" and _WORD.fullmatch(text)
        hint = f"; write {{const: {text}}} for a constant" if is_word else ""
        yield RuleFault(path, f"position {error.position} of {text!r}: {error.reason}{hint}")


def _missing_parents(expression: Expression, parents: int) -> Iterator[str]:
    """Yield the parents that the expression reads beyond those that the item has."""
    for name, *rest in sorted(path for path in expression.reads() if path):
        if name in ("parent", "parents") and not parents:
            yield name
        elif name == "parents" and rest and _POSITION.fullmatch(rest[0]):
            position = int(rest[0])
            if not -parents <= position < parents:
                yield f"parents[{position}]"


def _why(parents: int) -> str:
    if not parents:
        return "without a step of each before it, the item is the payload"
    return f"each gives {parents} of them, and parents[{parents - 1}] is the payload"


def _texts(path: Path, texts: str | Sequence[str] | None) -> Iterator[tuple[Path, str]]:
    if isinstance(texts, str):
        yield path, texts
    elif texts:
        yield from (((*path, index), text) for index, text in enumerate(texts))

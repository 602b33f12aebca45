"""Finds expressions that do not compile."""

import re
from collections.abc import Iterator, Sequence

from ingestion.mapping.expressions import BadExpression, compile_expression
from ingestion.mapping.faults.fault import Path, RuleFault
from ingestion.mapping.rules import EventTimeForm, Form, Rule

_WORD = re.compile(r"[\w-]+")


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


def expression_fault(path: Path, text: str) -> Iterator[RuleFault]:
    """Yield the fault of an expression that does not compile."""
    try:
        compile_expression(text)
    except BadExpression as error:
        is_word = path[0] == "fields" and _WORD.fullmatch(text)
        hint = f"; write {{const: {text}}} for a constant" if is_word else ""
        yield RuleFault(path, f"position {error.position} of {text!r}: {error.reason}{hint}")


def _texts(path: Path, texts: str | Sequence[str] | None) -> Iterator[tuple[Path, str]]:
    if isinstance(texts, str):
        yield path, texts
    elif texts:
        yield from (((*path, index), text) for index, text in enumerate(texts))

"""Finds expressions that do not compile, or that read a parent which never exists."""

import re
from collections.abc import Iterator

from ingestion.mapping.expressions import BadExpression, Expression, compile_expression
from ingestion.mapping.faults.fault import Path, RuleFault
from ingestion.mapping.rules import Rule

_WORD = re.compile(r"[\w-]+")
_POSITION = re.compile(r"-?[0-9]+")


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

"""Finds the values beside the payload that a rule reads, such as headers.

The same payload with other values of them is another event.
"""

from functools import reduce
from typing import Any

from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.language.reads import ANY_FIELD, Path
from ingestion.mapping.rule_expressions import expressions_of
from ingestion.mapping.rules import Rule
from ingestion.mapping.values.value import Scope

_NAMES = frozenset(("headers", "query", "received_at"))


def paths_outside(rule: Rule) -> list[Path]:
    """Return the paths that a rule reads beside the payload, without those of its event id.

    Raises BadExpression.
    """
    texts = [text for place, text in expressions_of(rule) if place[0] != "event_id"]
    paths = {path for text in texts for path in compile_expression(text).reads()}
    return sorted(path for path in paths if path and path[0] in _NAMES)


def values_outside(paths: list[Path], scope: Scope) -> list[Any]:
    """Return the values of the paths. Of any field, returns all fields."""
    return [reduce(_field, path, scope) for path in paths]


def _field(value: Any, name: str) -> Any:
    if name == ANY_FIELD:
        return value
    return value.get(name) if isinstance(value, dict) else None

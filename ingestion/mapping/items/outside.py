"""Finds the values beside the payload that rules read, such as headers.

The same payload with other values of them is another event.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.language.reads import ANY_FIELD, Path
from ingestion.mapping.outcome import Origin
from ingestion.mapping.rule_expressions import expressions_of
from ingestion.mapping.rules import Rule

_NAMES = frozenset(("headers", "query", "received_at"))

PathsByEntity = Mapping[str, Sequence[Path]]


def paths_outside(rules: Iterable[Rule]) -> PathsByEntity:
    """Return, by entity, the paths that rules read beside the payload, without those of event ids.

    Raises BadExpression.
    """
    found: dict[str, set[Path]] = {}
    for rule in rules:
        texts = [text for place, text in expressions_of(rule) if place[0] != "event_id"]
        paths = {path for text in texts for path in compile_expression(text).reads()}
        outside = {path for path in paths if path and path[0] in _NAMES}
        found.setdefault(rule.entity, set()).update(outside)
    return {entity: sorted(paths) for entity, paths in found.items()}


def values_outside(paths: Sequence[Path], origin: Origin) -> list[Any]:
    """Return the values of the paths. Of any field, returns all fields."""
    return [reduce(_field, path, origin._asdict()) for path in paths]


def _field(value: Any, name: str) -> Any:
    if name == ANY_FIELD:
        return value
    return value.get(name) if isinstance(value, Mapping) else None

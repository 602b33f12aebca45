"""Says which values of a payload the rules read, and which ones no rule reads."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.language.reads import ANY_FIELD, Path
from ingestion.mapping.rule_expressions import expressions_of
from ingestion.mapping.rules import Rule

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_PAYLOAD: frozenset[Path] = frozenset({()})


class Coverage(NamedTuple):
    """The paths of a payload's values, such as `releases[].contracts[].title`, in their order."""

    read: list[str]
    unread: list[str]


def coverage_of(rules: Sequence[Rule], ignore: Sequence[str], payload: Any) -> Coverage:
    """Return which values of a payload the rules and `ignore` read. Raises BadExpression.

    The elements of a list share their path. An expression that reads an object or a list also reads
    all values in it. But a condition, such as `when: payload.order`, only reads whether there are
    any.
    """
    read = {path for rule in rules for path in _values_read(rule)}
    seen = {path for rule in rules for path in _conditions_read(rule)}
    for text in ignore:
        seen |= paths_in_expression(text)
    found: dict[str, bool] = {}
    for path, text in _values(payload):
        if text not in found:
            found[text] = path in seen or any(_holds(outer, path) for outer in read)
    return Coverage(
        read=[text for text, is_read in found.items() if is_read],
        unread=[text for text, is_read in found.items() if not is_read],
    )


def paths_in_payload(rule: Rule) -> Iterator[Path]:
    """Yield the paths of the payload that a rule reads, without the items themselves.

    Raises BadExpression.
    """
    yield from _values_read(rule)
    yield from _conditions_read(rule)


def paths_in_expression(text: str) -> frozenset[Path]:
    """Return the paths of the payload that `ignore` reads. Raises BadExpression."""
    return _resolve(compile_expression(text).reads(), [_PAYLOAD])


def _values_read(rule: Rule) -> Iterator[Path]:
    """Yield the paths of the payload that give an event its values."""
    levels, _ = _levels(rule)
    for keys, text in expressions_of(rule):
        if keys[0] not in ("each", "when"):
            yield from _resolve(compile_expression(text).reads(), levels)


def _conditions_read(rule: Rule) -> Iterator[Path]:
    """Yield the paths of the payload that the conditions of `each` and `when` read."""
    levels, conditions = _levels(rule)
    yield from conditions
    if rule.when is not None:
        yield from _resolve(compile_expression(rule.when).reads(), levels)


def _levels(rule: Rule) -> tuple[list[frozenset[Path]], set[Path]]:
    """Return the places of the item, of its parent and so on, and what the steps look at."""
    levels, conditions = [_PAYLOAD], set[Path]()
    for step in rule.steps:
        found = _resolve(compile_expression(step).reads(), levels)
        items = frozenset(path for path in found if not any(_is_within(path, o) for o in found))
        conditions |= found - items
        levels = [items, *levels]
    return levels, conditions


def _resolve(paths: Iterable[Path], levels: Sequence[frozenset[Path]]) -> frozenset[Path]:
    """Return the paths inside the payload of paths that begin with a name of the scope."""
    item, *parents = levels
    found: set[Path] = set()
    for name, *rest in paths:
        places: Iterable[Path] = ()
        match name:
            case "payload":
                places = _PAYLOAD
            case "item":
                places = item
            case "parent":
                places = parents[0] if parents else ()
            case "parents":
                index, *rest = rest or [ANY_FIELD]
                places = _at(parents, index)
        found |= {(*place, *rest) for place in places}
    return frozenset(found)


def _at(parents: Sequence[frozenset[Path]], index: str) -> frozenset[Path]:
    if index == ANY_FIELD:
        return frozenset().union(*parents)
    position = int(index)
    is_valid = -len(parents) <= position < len(parents)
    return parents[position] if is_valid else frozenset()


def _holds(outer: Path, path: Path) -> bool:
    is_long_enough = len(outer) <= len(path)
    return is_long_enough and all(a in (ANY_FIELD, b) for a, b in zip(outer, path, strict=False))


def _is_within(path: Path, outer: Path) -> bool:
    return path != outer and path[: len(outer)] == outer


def _values(payload: Any) -> Iterator[tuple[Path, str]]:
    """Yield the names to each value that holds no others, and its path as text."""
    waiting: list[tuple[Path, str, Any]] = [((), "", payload)]
    while waiting:
        path, text, value = waiting.pop()
        if isinstance(value, dict) and value:
            inner = [((*path, n), f"{text}.{_quoted(n)}", each) for n, each in value.items()]
            waiting += reversed(inner)
        elif isinstance(value, list) and value:
            waiting += [(path, f"{text}[]", each) for each in reversed(value)]
        else:
            yield path, text.removeprefix(".")


def _quoted(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)

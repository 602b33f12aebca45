"""Lists the paths of a payload that no rule reads."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ingestion.cli.mapping.written import expressions_of_rule
from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.reads import ANY_FIELD, Path
from ingestion.mapping.rules import Rule

_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
# A path of the payload: names of fields, and "[]" for the elements of a list.
Place = tuple[str, ...]
_ELEMENT = "[]"


class Coverage(NamedTuple):
    """The paths of the values in a payload: all, and those that neither a rule nor ignore reads."""

    paths: list[str]
    unread: list[str]


def coverage_of(
    payloads: Iterable[Any], rules: Sequence[Rule], ignore: Sequence[str]
) -> Coverage:
    """Return the paths of all payloads, each once, as an expression names them."""
    read = set(_paths_read(rules, ignore))
    places = dict.fromkeys(place for payload in payloads for place in _places(payload, ()))
    unread = [place for place in places if not _is_read(place, read)]
    return Coverage([*map(_as_expression, places)], [*map(_as_expression, unread)])


def _places(value: Any, place: Place) -> Iterator[Place]:
    """Yield the place of each value without fields. Elements of a list share a place."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _places(inner, (*place, name))
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _places(inner, (*place, _ELEMENT))
    else:
        yield place


def _is_read(place: Place, read: set[Path]) -> bool:
    names = tuple(name for name in place if name != _ELEMENT)
    return any(
        len(path) <= len(names)
        and all(wanted in (name, ANY_FIELD) for wanted, name in zip(path, names, strict=False))
        for path in read
    )


def _as_expression(place: Place) -> str:
    text = "payload"
    for name in place:
        if name == _ELEMENT:
            text += name
        else:
            text += f".{name}" if _PLAIN_NAME.fullmatch(name) else f".{json.dumps(name)}"
    return text


def _paths_read(rules: Sequence[Rule], ignore: Sequence[str]) -> Iterator[Path]:
    """Yield the paths within the payload that the rules and `ignore` read."""
    for text in ignore:
        yield from _within_payload(compile_expression(text).reads(), [{()}])
    for rule in rules:
        levels: list[set[Path]] = [{()}]
        for step in rule.steps:
            paths = set(_within_payload(compile_expression(step).reads(), levels))
            items = {path for path in paths if not any(_begins(path, other) for other in paths)}
            yield from paths - items  # What the step only looks at, as in a filter.
            levels.append(items)
        for text in expressions_of_rule(rule):
            yield from _within_payload(compile_expression(text).reads(), levels)


def _begins(path: Path, other: Path) -> bool:
    """Return whether a path begins with another, shorter one."""
    return len(other) < len(path) and path[: len(other)] == other


def _within_payload(paths: Iterable[Path], levels: Sequence[set[Path]]) -> Iterator[Path]:
    """Yield paths of the scope as paths of the payload. `levels` holds the items of each step."""
    for name, *rest in paths:
        match name, rest:
            case "payload", _:
                yield tuple(rest)
            case "item", _:
                yield from ((*item, *rest) for item in levels[-1])
            case "parent", _:
                yield from ((*item, *rest) for item in _parents(levels, "0"))
            case "parents", [index, *names]:
                yield from ((*item, *names) for item in _parents(levels, index))


def _parents(levels: Sequence[set[Path]], index: str) -> set[Path]:
    """Return the items at an index of `parents`; those of all levels for `*`."""
    nearest_first = levels[-2::-1] if len(levels) > 1 else []
    if index == ANY_FIELD:
        return set().union(*nearest_first)
    try:
        return nearest_first[int(index)]
    except (IndexError, ValueError):
        return set()

"""The values of items by their paths, and the expressions that read them."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ingestion.mapping.rules import MAX_EXPRESSION_CHARACTERS

MAX_LEVELS = 20
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

Keys = tuple[str, ...]


class PathValues(NamedTuple):
    """The values at a path of keys in all items that have one. Null is no value.

    `place` is the name that the expression begins with. `is_in_all` says that each item has one.
    """

    place: str
    keys: Keys
    values: list[Any]
    is_in_all: bool

    @property
    def expression(self) -> str:
        """Return the expression that reads the value."""
        return expression_of(self.place, self.keys)


def expression_of(place: str, keys: Sequence[str]) -> str:
    """Return an expression that reads a path. It quotes keys that are no plain names."""
    return ".".join([place, *map(_quoted, keys)])


def _is_readable(expression: str) -> bool:
    return len(expression) <= MAX_EXPRESSION_CHARACTERS and expression.isprintable()


def _quoted(key: str) -> str:
    return key if _PLAIN_NAME.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def paths_of(place: str, items: Sequence[Any], without: Keys | None = None) -> list[PathValues]:
    """Return the paths of the values of items in the order of their keys, except one path.

    Objects are no values. Leaves out paths that hold an object in another item, that are deep, and
    whose expression would be too long or would hold characters that no screen shows.
    """
    found: dict[Keys, list[Any]] = {}
    for item in items:
        for keys, value in _values(item, ()):
            found.setdefault(keys, []).append(value)
    parents = {keys[:end] for keys in found for end in range(len(keys))}
    return [
        PathValues(place, keys, values, is_in_all=len(values) == len(items))
        for keys, values in found.items()
        if keys not in parents and keys != without
        if _is_readable(expression_of(place, keys))
    ]


def _values(value: Any, keys: Keys) -> Iterator[tuple[Keys, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items() if len(keys) < MAX_LEVELS else ():
            yield from _values(inner, (*keys, key))
    elif value is not None:
        yield keys, value

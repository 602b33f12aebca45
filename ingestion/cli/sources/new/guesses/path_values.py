"""The values of items by their paths, and the expressions that read them."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from ingestion.mapping.rules import MAX_EXPRESSION_CHARACTERS

MAX_LEVELS = 20
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

Keys = tuple[str, ...]


class PathValues(NamedTuple):
    """The values at a path of keys in all items that have one. Null is no value: there may be none.

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


def shared_levels(paths: Iterable[PathValues]) -> int:
    """Return how many objects around each other hold all values, such as 1 for the root of XML."""
    levels = zip(*(path.keys[:-1] for path in paths), strict=False)
    return sum(1 for _ in takewhile(lambda keys: len({*keys}) == 1, levels))


def expression_of(place: str, keys: Sequence[str]) -> str:
    """Return an expression that reads a path. It quotes keys that are no plain names."""
    return ".".join([place, *map(_quoted, keys)])


def _is_readable(expression: str) -> bool:
    return len(expression) <= MAX_EXPRESSION_CHARACTERS and expression.isprintable()


def _quoted(key: str) -> str:
    return key if _PLAIN_NAME.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def paths_of(place: str, items: Sequence[Any], without: Keys | None = None) -> list[PathValues]:
    """Return the paths of the values of items in the order of their keys, except one path.

    An object is no value, unless it is empty or deep. Leaves out paths that hold an object in
    another item, and whose expression would be too long or hold characters that no screen shows.
    """
    found: dict[Keys, list[Any]] = {}
    for item in items:
        for keys, value in _values(item, ()):
            held = found.setdefault(keys, [])
            if value is not None:
                held.append(value)
    parents = {keys[:end] for keys in found for end in range(len(keys))}
    return [
        PathValues(place, keys, values, is_in_all=len(values) == len(items))
        for keys, values in found.items()
        if keys not in parents and keys != without
        if _is_readable(expression_of(place, keys))
    ]


def _values(value: Any, keys: Keys) -> Iterator[tuple[Keys, Any]]:
    if isinstance(value, dict) and value and len(keys) < MAX_LEVELS:
        for key, inner in value.items():
            yield from _values(inner, (*keys, key))
    else:
        yield keys, value

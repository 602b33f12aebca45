"""Reads the commonest expressions without jmespath's interpreter, about six times as fast.

These are paths of fields and positions, and `||` between them.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ingestion.mapping.language.syntax import Node

Reader = Callable[[dict[str, Any]], Any]
Path = list[str | int]


def plain_reader(tree: Node) -> Reader | None:
    """Return a function that gives the expression's value for a scope, or None for another one."""
    if tree["type"] == "or_expression":
        left, right = map(plain_reader, tree["children"])
        return _either(left, right) if left and right else None
    if names := field_names(tree):
        return _field_reader(names)
    path = _path_of(tree)
    return _path_reader(path) if path else None


def field_names(tree: Node) -> list[str]:
    """Return the names of an expression that is a path of fields, and nothing for another one."""
    path = _path_of(tree) or []
    names = [step for step in path if isinstance(step, str)]
    return names if names == path else []


def is_true(value: Any) -> bool:
    """Return what JMESPath calls true: not null, false, or an empty text, list or object."""
    return bool(value) or (isinstance(value, int | Decimal) and value is not False)


def _path_of(tree: Node) -> Path | None:
    match tree["type"]:
        case "field" | "index":
            return [tree["value"]]
        case "subexpression" | "index_expression":
            parts = [_path_of(child) for child in tree["children"]]
            return [step for part in parts for step in part or ()] if all(parts) else None
    return None


def _either(left: Reader, right: Reader) -> Reader:
    def read(scope: dict[str, Any]) -> Any:
        value = left(scope)
        return value if is_true(value) else right(scope)

    return read


def _field_reader(names: list[str]) -> Reader:
    def read(scope: dict[str, Any]) -> Any:
        value: Any = scope
        try:
            for name in names:
                value = value.get(name)
        except AttributeError:  # A value that has no fields.
            return None
        return value

    return read


def _path_reader(path: Path) -> Reader:
    def read(scope: dict[str, Any]) -> Any:
        value: Any = scope
        try:
            for step in path:
                if isinstance(step, str):
                    value = value.get(step)
                else:
                    value = value[step] if isinstance(value, list) else None
        except (AttributeError, IndexError):
            return None
        return value

    return read

"""The functions of JMESPath, exact for `int` and `Decimal`.

They differ from the specification in one point: a function of text gives null for null.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR
from functools import reduce
from typing import Any

from jmespath.functions import Functions

from entities.values import to_text
from ingestion.mapping.language import numeric
from ingestion.mapping.language.arguments import (
    EXPRESSION,
    TYPES,
    WrongArgument,
    check_elements,
    check_same_type,
    check_types,
    type_name,
)


class FailedExpression(ValueError):
    """An expression that has no value for this payload. The message holds no value of it."""


@dataclass(frozen=True)
class Function:
    """A function, the types of its arguments, and whether it takes more of the last type."""

    call: Callable[..., Any]
    takes: tuple[frozenset[str], ...]
    is_variadic: bool = False
    is_of_text: bool = False


class ExactFunctions(Functions):
    """The functions as jmespath calls them. Raises FailedExpression."""

    def call_function(self, function_name: str, resolved_args: Any) -> Any:
        """Return the value. `parse_expression` has checked the name and the number of arguments."""
        function = FUNCTIONS[function_name]
        if function.is_of_text and any(argument is None for argument in resolved_args):
            return None
        try:
            check_types(resolved_args, function.takes)
            return function.call(*resolved_args)
        except WrongArgument as error:
            raise FailedExpression(f"{function_name}() {error}") from error
        except ArithmeticError as error:
            raise FailedExpression(f"{function_name}() has no exact result") from error


def _extreme(choose: Callable[..., Any]) -> Callable[[list[Any]], Any]:
    def extreme(values: list[Any]) -> Any:
        check_same_type(values)
        return choose(values, default=None)

    return extreme


def _extreme_by(choose: Callable[..., Any]) -> Callable[[list[Any], Any], Any]:
    def extreme_by(values: list[Any], key: Any) -> Any:
        keys = _keys(values, key)
        index = choose(range(len(values)), key=keys.__getitem__, default=None)
        return None if index is None else values[index]

    return extreme_by


def _sort(values: list[Any]) -> list[Any]:
    check_same_type(values)
    return sorted(values)


def _sort_by(values: list[Any], key: Any) -> list[Any]:
    keys = _keys(values, key)
    return [values[index] for index in sorted(range(len(values)), key=keys.__getitem__)]


def _keys(values: list[Any], key: Any) -> list[Any]:
    keys = _map(key, values)
    check_same_type(keys)
    return keys


def _map(expression: Any, values: list[Any]) -> list[Any]:
    return [expression.visit(expression.expression, value) for value in values]


def _contains(subject: str | list[Any], search: Any) -> bool:
    if isinstance(subject, str):
        if not isinstance(search, str):
            raise WrongArgument(f"looks for a string in a string, not for {type_name(search)}")
        return search in subject
    is_boolean = isinstance(search, bool)  # For Python, 1 equals true.
    return any(value == search and isinstance(value, bool) is is_boolean for value in subject)


def _join(separator: str, texts: list[Any]) -> str:
    check_elements(texts, "string")
    return separator.join(texts)


def _to_string(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{','.join(map(_json, value))}]"
        case dict():
            fields = (f"{_json(name)}:{_json(item)}" for name, item in value.items())
            return f"{{{','.join(fields)}}}"
    return to_text(value)


def _takes(*types: str) -> tuple[frozenset[str], ...]:
    return tuple(TYPES if names == "any" else frozenset(names.split()) for names in types)


FUNCTIONS = {
    "abs": Function(numeric.absolute, _takes("number")),
    "avg": Function(numeric.average, _takes("array")),
    "ceil": Function(numeric.rounded(ROUND_CEILING), _takes("number")),
    "contains": Function(_contains, _takes("array string", "any"), is_of_text=True),
    "ends_with": Function(str.endswith, _takes("string", "string"), is_of_text=True),
    "floor": Function(numeric.rounded(ROUND_FLOOR), _takes("number")),
    "join": Function(_join, _takes("string", "array"), is_of_text=True),
    "keys": Function(list, _takes("object")),
    "length": Function(len, _takes("array object string"), is_of_text=True),
    "map": Function(_map, _takes(EXPRESSION, "array")),
    "max": Function(_extreme(max), _takes("array")),
    "max_by": Function(_extreme_by(max), _takes("array", EXPRESSION)),
    "merge": Function(lambda *objects: reduce(dict.__or__, objects), _takes("object"), True),
    "min": Function(_extreme(min), _takes("array")),
    "min_by": Function(_extreme_by(min), _takes("array", EXPRESSION)),
    "not_null": Function(
        lambda *values: next((value for value in values if value is not None), None),
        _takes("any"),
        is_variadic=True,
    ),
    "reverse": Function(lambda value: value[::-1], _takes("array string"), is_of_text=True),
    "sort": Function(_sort, _takes("array")),
    "sort_by": Function(_sort_by, _takes("array", EXPRESSION)),
    "starts_with": Function(str.startswith, _takes("string", "string"), is_of_text=True),
    "sum": Function(numeric.total, _takes("array")),
    "to_array": Function(
        lambda value: value if isinstance(value, list) else [value], _takes("any")
    ),
    "to_number": Function(numeric.to_number, _takes("any")),
    "to_string": Function(_to_string, _takes("any"), is_of_text=True),
    "type": Function(type_name, _takes("any")),
    "values": Function(lambda value: list(value.values()), _takes("object")),
}

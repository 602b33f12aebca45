"""The types of JMESPath, and the checks of a function's arguments."""

from decimal import Decimal
from typing import Any

EXPRESSION = "expression"
_NAMES = {
    str: "string",
    int: "number",
    Decimal: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}
TYPES = frozenset(_NAMES.values())


class WrongArgument(ValueError):
    """What is wrong with an argument, without the name of the function."""


def type_name(value: Any) -> str:
    """Return JMESPath's name of a value's type."""
    return _NAMES.get(type(value), EXPRESSION)


def check_types(arguments: list[Any], allowed: tuple[frozenset[str], ...]) -> None:
    """Raise WrongArgument for another type. The last types are also for all further arguments."""
    for index, argument in enumerate(arguments):
        types = allowed[min(index, len(allowed) - 1)]
        if type_name(argument) not in types:
            raise WrongArgument(f"takes {' or '.join(sorted(types))}, not {type_name(argument)}")


def check_elements(values: list[Any], type_: str) -> None:
    """Raise WrongArgument unless all values have the type."""
    others = set(map(type_name, values)) - {type_}
    if others:
        hint = ": a value is missing or empty" if "null" in others else ""
        found = " and ".join(sorted(others))
        raise WrongArgument(f"takes an array of {type_}s, not of {found}{hint}")


def check_same_type(values: list[Any]) -> None:
    """Raise WrongArgument unless all values are numbers, or all are strings."""
    types = set(map(type_name, values))
    if len(types) > 1 or types - {"number", "string"}:
        found = " and ".join(sorted(types))
        raise WrongArgument(f"compares only numbers or only strings, not {found}")

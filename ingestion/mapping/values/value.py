"""What a compiled value is, and what makes a value unusable."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from entities.values import to_text
from ingestion.errors import IngestionError
from ingestion.mapping.expressions import FailedExpression

_KINDS = {type(None): "null", bool: "true or false", list: "a list", dict: "an object"}
_LARGEST = 10**18


Value = TypeVar("Value")
Scope = dict[str, Any]
Evaluate = Callable[[Scope], Any]  # Raises RefusedValue, FailedExpression and RecursionError.


class RefusedValue(IngestionError):
    """A value that a rule cannot use. The message holds no part of the value."""


# What a value's evaluation may raise. Each fails one item. Payloads may have hostile depth.
FAILURES = (RefusedValue, FailedExpression, RecursionError)


class CompiledValue(NamedTuple):
    """Gives a value for a scope, or None. `describe` returns the expressions that gave it."""

    evaluate: Evaluate
    describe: Callable[[Scope], str]


def kind(value: Any) -> str:
    """Return the words for a value's type in JSON."""
    if isinstance(value, str):
        return "a text" if value else "an empty text"
    return _KINDS.get(type(value), "a number")


def exact_text(value: Any) -> str:
    """Return the text of a text, a number or a boolean. Raises RefusedValue."""
    if type(value) is str:
        return value
    if type(value) is int and -_LARGEST < value < _LARGEST:  # As `to_text`, and faster.
        return str(value)
    if not isinstance(value, str | bool | int | float | Decimal):
        raise RefusedValue(f"is {kind(value)}: must be a text, a number, true or false")
    return to_text(value)


def refusing(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """Return a reader that raises RefusedValue in place of ValueError.

    Only for readers whose messages hold no value.
    """

    def refuse(value: Any) -> Value:
        try:
            return read(value)
        except ValueError as error:
            raise RefusedValue(str(error)) from error

    return refuse

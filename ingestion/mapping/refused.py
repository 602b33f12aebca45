"""Why a rule cannot use a value, in words that never hold the value itself."""

from decimal import Decimal
from typing import Any

from entities.values import to_text
from ingestion.errors import IngestionError

_KINDS = {type(None): "null", bool: "true or false", list: "a list", dict: "an object"}
_LARGEST = 10**18


class RefusedValue(IngestionError):
    """A value that a rule cannot use. The message holds no part of the value."""


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

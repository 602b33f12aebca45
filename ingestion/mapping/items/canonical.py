"""Writes equal JSON documents as the same text, for hashes."""

import json
from decimal import Decimal
from typing import Any

from entities.values import to_text


def canonical_json(document: Any) -> bytes:
    """Return the document with sorted fields and one text for each number.

    The numbers 41, 41.0 and 4.1E1 are equal. Raises RecursionError if the document is too deep.
    """
    return _ENCODER.encode(document).encode()


class _Fraction(dict[str, str]):
    """Writes a fraction as an object that has a name twice, which no object of a payload has."""

    def items(self) -> Any:
        """Return the items for the encoder."""
        return [*super().items()] * 2


def _number(value: Any) -> Any:
    """Return a whole number, or a fraction."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not JSON")
    text = to_text(value)
    return int(text) if text.lstrip("-").isdigit() else _Fraction({"": text})


_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), check_circular=False, default=_number
)

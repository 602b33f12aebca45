"""Reads numbers that texts write in the manner of their source."""

import re
from collections.abc import Callable
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Any

from entities.fields import MAX_DIGITS

# As `entities.fields.Number`: refuses what has more than 38 digits without an exponent.
_EXACT = Context(
    prec=MAX_DIGITS,
    Emax=MAX_DIGITS - 1,
    Emin=-1,
    traps=[Inexact, InvalidOperation, Overflow],
)
_NOT_SEPARATORS = frozenset("0123456789+-eE")


def compile_number(
    decimal: str = ".", thousands: str | None = None, scale: int = 0, trailing_minus: bool = False
) -> Callable[[Any], int | Decimal]:
    """Return a reader of exact numbers from texts, ints and decimals. Raises ValueError.

    Groups between `thousands` have three digits. `scale` divides by this power of ten. With
    `trailing_minus`, `5-` is -5. The reader raises ValueError, whose message never holds the value.
    """
    for separator in (decimal, thousands):
        if separator is not None and (len(separator) != 1 or separator in _NOT_SEPARATORS):
            raise ValueError(f'"{separator}" must be one character, and no digit or sign or "e"')
    if decimal == thousands:
        raise ValueError(f'decimal and thousands are both "{decimal}": they must differ')
    pattern = _pattern(decimal, thousands, trailing_minus)
    example = f"1{thousands or ''}234{decimal}5"

    def read_number(value: Any) -> int | Decimal:
        number = value if type(value) in (int, Decimal) else _plain_text(value, pattern, thousands)
        if number is None:
            raise ValueError(f"must be a number such as {example}")
        try:
            exact = _EXACT.scaleb(_EXACT.create_decimal(number), -scale)
        except ArithmeticError as error:
            raise ValueError(
                f"must have at most {MAX_DIGITS} digits without an exponent"
            ) from error
        return value if type(value) is int and not scale else exact

    return read_number


def _pattern(decimal: str, thousands: str | None, trailing_minus: bool) -> re.Pattern[str]:
    grouped = rf"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    point = re.escape(decimal)
    return re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>{grouped}[0-9]+|(?={point}))(?:{point}(?P<fraction>[0-9]+))?"
        rf"(?P<exponent>(?:[eE][+-]?[0-9]+)?)(?P<minus>{'-?' if trailing_minus else ''})"
    )


def _plain_text(value: Any, pattern: re.Pattern[str], thousands: str | None) -> str | None:
    """Return the text as Python's decimals write it, or None if it is no number."""
    found = pattern.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or (found["sign"] and found["minus"]):
        return None
    whole = found["whole"].replace(thousands, "") if thousands else found["whole"]
    fraction = f".{found['fraction']}" if found["fraction"] else ""
    return f"{found['sign'] or found['minus']}{whole}{fraction}{found['exponent']}"

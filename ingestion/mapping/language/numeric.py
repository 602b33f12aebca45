"""The functions of JMESPath that compute, exact for `int` and `Decimal` in any mixture."""

from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import reduce
from typing import Any

from entities.fields import MAX_DIGITS, NUMBER_TEXT
from ingestion.mapping.language.arguments import check_elements

# More digits than a number of a payload has, and few enough for a hostile exponent.
_EXACT = Context(
    prec=5_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact, InvalidOperation, Overflow]
)
_WHOLE_BOUND = 10**4_300  # Python neither reads nor writes the text of a larger whole number.
_QUOTIENT = Context(prec=MAX_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN)


def absolute(number: int | Decimal) -> int | Decimal:
    """Return the number without its sign."""
    return number.copy_abs() if isinstance(number, Decimal) else abs(number)


def rounded(mode: str) -> Callable[[int | Decimal], int | Decimal]:
    """Return the function that rounds to a whole number in a rounding mode of `decimal`."""

    def round_number(number: int | Decimal) -> int | Decimal:
        return number.to_integral_value(mode) if isinstance(number, Decimal) else number

    return round_number


def total(numbers: list[int | Decimal]) -> int | Decimal:
    """Return the sum. Raises ArithmeticError if it has more digits than a number of JSON has."""
    check_elements(numbers, "number")
    if any(isinstance(number, Decimal) for number in numbers):
        return Decimal(reduce(_EXACT.add, numbers))
    result: int | Decimal = sum(numbers)
    if not -_WHOLE_BOUND < result < _WHOLE_BOUND:
        raise OverflowError
    return result


def average(numbers: list[int | Decimal]) -> Decimal | None:
    """Return the quotient with at most 38 digits, as a field holds them. The last is rounded."""
    return _QUOTIENT.divide(total(numbers), len(numbers)) if numbers else None


def to_number(value: Any) -> int | Decimal | None:
    """Return a number, or null. Raises no error, as JMESPath specifies."""
    if isinstance(value, int | Decimal):
        return None if isinstance(value, bool) else value
    text = value.strip() if isinstance(value, str) else ""
    if not NUMBER_TEXT.fullmatch(text):
        return None
    try:
        return int(text) if text.removeprefix("-").isdigit() else Decimal(text)
    except (ValueError, ArithmeticError):  # Over 4,300 digits, or a huge exponent.
        return None

"""Give each value one text, whatever the format that it came in."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Any

from pydantic_core import to_json, to_jsonable_python

MAX_PLAIN_EXPONENT = 400  # Every double is within. A hostile 1E999999999 would fill the memory.

# The default context would round to 28 digits.
_EXACT = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX)


def to_text(value: Any) -> str:
    """Return the one text of a value. Equal values of one kind have equal texts.

    A number has no exponent, no zeros at its end and no negative zero: `41`, `41.0` and `4.1E1` are
    `41`. Booleans and null have the words of JSON. Dates, times and durations are ISO 8601, and a
    time of a day without a time zone is UTC. Text stays the same. Raises TypeError for other types,
    and ValueError for NaN and infinity.
    """
    match value:
        case str():
            return value
        case bool() | None:
            return to_json(value).decode()
        case int() | Decimal():
            return _number(Decimal(value))
        case float():
            return _number(Decimal(repr(value)))  # The shortest digits that give the same double.
        case datetime():
            moment = value.astimezone(UTC) if value.tzinfo else value
            return f"{moment.replace(tzinfo=None).isoformat()}Z"
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(to_jsonable_python(value))
    raise TypeError(f"{type(value).__name__} has no text: use a single value")


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is not a number")
    if not value:
        return "0"
    shortest = value.normalize(_EXACT)
    is_plain = abs(shortest.adjusted()) <= MAX_PLAIN_EXPONENT
    return f"{shortest:f}" if is_plain else str(shortest)

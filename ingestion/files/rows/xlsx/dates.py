"""Find the number formats that show dates, and convert the numbers of dates (ECMA-376, 18.8.30)."""

import re
from datetime import date, datetime, time, timedelta
from typing import Literal

Kind = Literal["number", "date", "time", "duration"]

# The formats that every workbook has without naming them, with those of East Asian languages.
_DATES = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_TIMES = frozenset({*range(18, 22), *range(32, 36), 45, 47, 55, 56})
_DURATIONS = frozenset({46})

# What a format shows as it is: quoted text, and the character after a backslash, `_` or `*`.
_LITERAL = re.compile(r'"[^"]*+"?|[\\_*].')
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*+\]?")  # Colours, conditions, currencies and languages.

_DAY_ZERO = datetime(1899, 12, 30)
_DAY_ZERO_1904 = datetime(1904, 1, 1)
_LAST_DAY = 2_958_466  # After 9999-12-31.
_NOT_A_DAY = 60  # 1900-02-29, which Lotus 1-2-3 had.


def kind_of_builtin(number: int) -> Kind:
    """Return what a format shows that is known by its number alone."""
    if number in _DATES:
        return "date"
    if number in _TIMES:
        return "time"
    return "duration" if number in _DURATIONS else "number"


def kind_of_format(code: str) -> Kind:
    """Return what a format code shows for positive numbers."""
    code, *_ = _LITERAL.sub("", code).split(";")
    if _ELAPSED.search(code):
        return "duration"
    symbols = set(_BRACKETS.sub("", code.lower().replace("general", "")))
    if symbols & set("yd") or ("m" in symbols and not symbols & set("hs")):
        return "date"
    return "time" if symbols & set("hs") else "number"


def moment(serial: float, kind: Kind, *, is_1904: bool) -> date | datetime | time | timedelta:
    """Return the moment of a number of days, to the millisecond. Midnight is a whole day.

    Raises ValueError if the calendar has no such day.
    """
    if kind == "duration":
        return timedelta(milliseconds=round(serial * 86_400_000))
    day, fraction = divmod(serial, 1)
    if not 0 <= serial < _LAST_DAY or (day == _NOT_A_DAY and not is_1904):
        raise ValueError("holds a number that is not a date")
    if day == 0 and (kind == "time" or not is_1904):
        return (datetime.min + timedelta(milliseconds=round(fraction * 86_400_000))).time()
    start = _DAY_ZERO_1904 if is_1904 else _DAY_ZERO
    if day < _NOT_A_DAY and not is_1904:
        day += 1
    found = start + timedelta(days=day, milliseconds=round(fraction * 86_400_000))
    return whole_day(found)


def whole_day(found: datetime) -> date | datetime:
    """Return the day of a midnight, or the datetime."""
    return found.date() if found.time() == time.min else found

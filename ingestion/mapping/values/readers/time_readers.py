"""Reads a time from a value in one format. Every reader raises ValueError or ArithmeticError."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_FLOOR, Context, Decimal
from typing import Any

from entities.fields import NUMBER_TEXT
from entities.values import to_text
from ingestion.mapping.values.readers.time_patterns import check_pattern, directives, read_text
from ingestion.syntax.times import fixed_width

_MAX_CHARACTERS = 100
_MAX_EPOCH_DIGITS = 25
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def must_be(what: str, formats: Sequence[str]) -> str:
    """Return what a value must be, without the value: `must be a date in the format iso`."""
    return f"must be a {what} in the format {' or '.join(formats)}"


def epoch_reader(power: int) -> Callable[[Any], datetime]:
    """Return a reader of numbers since 1970. Multiply by 10**power to get microseconds."""

    def read_epoch(value: Any) -> datetime:
        number = value if type(value) in (int, Decimal) else Decimal(_number_text(value))
        if isinstance(number, Decimal):
            if number.adjusted() > _MAX_EPOCH_DIGITS:
                raise ValueError("out of range")
            scaled = number.scaleb(power, _EXACT)
            microseconds = int(scaled.to_integral_value(ROUND_FLOOR))
        else:
            microseconds = number * 10**power if power >= 0 else number // 10**-power
        return _EPOCH + timedelta(microseconds=microseconds)

    return read_epoch


def read_rfc3339(value: Any) -> datetime:
    """Read RFC 3339. The time keeps the offset as written."""
    text = _text(value)
    moment = datetime.fromisoformat(fixed_width(text))
    if text[-1] in "Zz":
        return moment
    return moment.astimezone(datetime.fromisoformat(f"2000-01-01T00:00{text[-6:]}").tzinfo)


def read_rfc3339_as_utc(value: Any) -> str:
    """Read RFC 3339 as UTC text, which takes a quarter of the time of `read_rfc3339`."""
    try:
        return fixed_width(_text(value))
    except ValueError as error:
        raise ValueError(must_be("time", ["rfc3339"])) from error


def read_date(value: Any) -> datetime:
    """Read YYYY-MM-DD as the local start of the day."""
    text = _text(value)
    if len(text) != len("2026-01-31") or text[7] != "-":  # Python also reads weeks: 2026-W05-6.
        raise ValueError("no date")
    return datetime.fromisoformat(date.fromisoformat(text).isoformat())


def read_iso(value: Any) -> datetime:
    """Read a date, or a date and a time, of ISO 8601. Without a time, the day starts."""
    text = _text(value).upper()
    end = next((index for index, character in enumerate(text) if character in "T "), len(text))
    day, clock = _iso_day(text[:end]).isoformat(), text[end + 1 :]
    if clock.startswith("24"):  # The end of the day. Python reads it from 3.14 on.
        moment = datetime.fromisoformat(f"{day}T00{clock[2:]}")
        if moment.time() != time.min:
            raise ValueError("after the end of the day")
        return moment + timedelta(days=1)
    if clock[6:8] == "60":
        return read_rfc3339(value)
    return datetime.fromisoformat(f"{day}T{clock}" if text[end:] else day)


def _iso_day(text: str) -> date:
    """Read what Python does not: a day by its number in the year, such as 2026-031 or 2026031."""
    digits = text[:4] + text[4:].removeprefix("-")
    if len(digits) == len("2026031"):
        return read_text(digits, "%Y%j").date()
    return date.fromisoformat(text)


def pattern_reader(pattern: str) -> Callable[[Any], datetime]:
    """Return a reader of a pattern of strptime. Raises ValueError for a wrong pattern."""
    check_pattern(pattern)
    has_one_part = len(directives(pattern)) == 1

    def read_pattern(value: Any) -> datetime:
        text = _text(value)
        moment = read_text(text, pattern)
        is_text = isinstance(value, str)
        if is_text and (has_one_part or not text.isdigit()):
            return moment
        # A number has lost its leading zeros: 3000 is 00:30:00 for %H%M%S, not 03:00:00. A cell of
        # a table may be such a number, and is a text. A text may have a short fraction.
        written = moment.strftime(pattern)
        if written != text and not (is_text and "%f" in pattern and written.startswith(text)):
            raise ValueError("lost zeros")
        return moment

    return read_pattern


def _number_text(value: Any) -> str:
    text = _text(value)
    if not NUMBER_TEXT.fullmatch(text):
        raise ValueError("no number")
    return text


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("no text")  # noqa: TRY004  # For the reader's caller it is not a time.
    text = value.strip() if isinstance(value, str) else to_text(value)
    if len(text) > _MAX_CHARACTERS:
        raise ValueError("too long")
    return text

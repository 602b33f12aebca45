"""Reads times and days in the formats of rules.

A format is rfc3339, epoch_s, epoch_ms, epoch_us, epoch_ns, date, iso or a pattern of strptime.
Error messages never hold the value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_FLOOR, Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from entities.faults import did_you_mean
from entities.fields import NUMBER_TEXT
from entities.values import to_text
from ingestion.mapping.time_patterns import check_output, compile_pattern, directives, has_day
from ingestion.times import fixed_width, timestamp

_MAX_CHARACTERS = 100
_MAX_EPOCH_DIGITS = 25
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
# Powers of ten from the unit to microseconds.
_EPOCHS = {"epoch_s": 6, "epoch_ms": 3, "epoch_us": 0, "epoch_ns": -3}


@dataclass(frozen=True)
class _Format:
    """A reader, which returns a time with an offset or a local time, and what it never lacks."""

    name: str
    read: Callable[[Any], datetime]
    has_offset: bool = True
    has_day: bool = True


def compile_time(formats: str | list[str], zone: str | None = None) -> Callable[[Any], str]:
    """Return a reader of times: UTC text of fixed width. Raises ValueError for wrong rules.

    The first format that fits counts. `zone` is the zone of local times: an ambiguous one takes the
    earlier offset, and one that a clock skips takes the offset before the change. The reader
    accepts texts, ints and decimals. It raises ValueError.
    """
    readers = _compile_formats(formats)
    local_zone = _compile_zone(zone)
    _require_days(readers)
    for reader in readers:
        if not (reader.has_offset or local_zone):
            raise ValueError(
                f'"{reader.name}" has no offset: add a zone, such as zone: Europe/Berlin'
            )

    if [reader.read for reader in readers] == [_read_rfc3339]:
        return _read_rfc3339_as_utc
    return _first_fit(readers, local_zone, timestamp, "time")


def compile_day(formats: str | list[str], zone: str | None = None) -> Callable[[Any], str]:
    """Return a reader of days as YYYY-MM-DD: the day in the zone, otherwise the day as written.

    Without a zone, the day of an epoch is the day in UTC. Errors are as of `compile_time`.
    """
    readers = _compile_formats(formats)
    local_zone = _compile_zone(zone)
    _require_days(readers)

    return _first_fit(readers, local_zone, lambda moment: moment.date().isoformat(), "date")


def compile_time_text(
    formats: str | list[str], zone: str | None, output: str
) -> Callable[[Any], str]:
    """Return a reader of times that writes them by a pattern of strftime, in English.

    It writes the time in the zone, otherwise the time as written. Errors are as of `compile_time`.
    """
    readers = _compile_formats(formats)
    local_zone = _compile_zone(zone)
    check_output(output)
    if has_day(output) or local_zone:
        _require_days(readers)

    return _first_fit(readers, local_zone, lambda moment: moment.strftime(output), "time")


def _require_days(readers: list[_Format]) -> None:
    for reader in readers:
        if not reader.has_day:
            raise ValueError(f'"{reader.name}" must have a whole day, such as %Y-%m-%d')


def _first_fit(
    readers: list[_Format], zone: tzinfo | None, write: Callable[[datetime], str], what: str
) -> Callable[[Any], str]:
    """Return a reader that writes the time in the zone, otherwise as it is written."""

    def read_value(value: Any) -> str:
        for reader in readers:
            try:
                moment = reader.read(value)
                if zone:
                    local = moment.tzinfo is None
                    moment = moment.replace(tzinfo=zone) if local else moment.astimezone(zone)
                return write(moment)
            except (ValueError, ArithmeticError):  # OverflowError and InvalidOperation, too.
                continue
        raise ValueError(f"not a {what}")

    return read_value


def _compile_zone(zone: str | None) -> tzinfo | None:
    if zone is None:
        return None
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:  # A folder of zones is an OSError.
        suggestion = did_you_mean(zone, available_timezones())
        hint = suggestion or "; use a name such as Europe/Berlin or UTC"
        raise ValueError(f'unknown zone "{zone}"{hint}') from error


def _compile_formats(formats: str | list[str]) -> list[_Format]:
    return [_compile_format(name) for name in ([formats] if isinstance(formats, str) else formats)]


def _compile_format(name: str) -> _Format:
    if name in _EPOCHS:
        return _Format(name, _epoch_reader(_EPOCHS[name]))
    if name == "rfc3339":
        return _Format(name, _read_rfc3339)
    if name == "date":
        return _Format(name, _read_date, has_offset=False)
    if name == "iso":
        return _Format(name, _read_iso, has_offset=False)
    if "%" not in name:
        names = ["rfc3339", *_EPOCHS, "date", "iso"]
        suggestion = did_you_mean(name, names) or f"; use {', '.join(names)} or a pattern: %d.%m.%Y"
        raise ValueError(f'unknown format "{name}"{suggestion}')
    return _Format(name, _pattern_reader(name), "z" in directives(name), has_day(name))


def _epoch_reader(power: int) -> Callable[[Any], datetime]:
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


def _read_rfc3339(value: Any) -> datetime:
    text = _text(value)
    moment = datetime.fromisoformat(fixed_width(text))
    if text[-1] in "Zz":
        return moment
    return moment.astimezone(datetime.fromisoformat(f"2000-01-01T00:00{text[-6:]}").tzinfo)


def _read_rfc3339_as_utc(value: Any) -> str:
    """Read the default format in 2 us. Over a time with its offset it takes 8 us."""
    try:
        return fixed_width(_text(value))
    except ValueError as error:
        raise ValueError("not a time") from error


def _read_date(value: Any) -> datetime:
    text = _text(value)
    if len(text) != len("2026-01-31") or text[7] != "-":  # Python also reads weeks: 2026-W05-6.
        raise ValueError("no date")
    return datetime.fromisoformat(date.fromisoformat(text).isoformat())


def _read_iso(value: Any) -> datetime:
    """Read ISO 8601. Python reads its time after any character, such as the + of an offset."""
    text = _text(value).upper()
    day, *_ = text.replace(" ", "T").split("T")
    date.fromisoformat(day)
    return datetime.fromisoformat(text)


def _pattern_reader(pattern: str) -> Callable[[Any], datetime]:
    read_text = compile_pattern(pattern)

    def read_pattern(value: Any) -> datetime:
        text = _text(value)
        moment = read_text(text)
        # A number has lost its leading zeros: 3000 is 00:30:00 for %H%M%S, not 03:00:00.
        if not isinstance(value, str) and moment.strftime(pattern) != text:
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

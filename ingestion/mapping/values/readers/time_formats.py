"""Reads times and days in the formats of rules.

A format is rfc3339, epoch_s, epoch_ms, epoch_us, epoch_ns, date, iso or a pattern of strptime.
Error messages never hold the value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from entities.faults import did_you_mean
from ingestion.mapping.values.readers import time_readers
from ingestion.mapping.values.readers.time_patterns import check_output, directives, has_day
from ingestion.syntax.times import timestamp

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

    if [reader.read for reader in readers] == [time_readers.read_rfc3339]:
        return time_readers.read_rfc3339_as_utc
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
    refusal = time_readers.must_be(what, [reader.name for reader in readers])

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
        raise ValueError(refusal)

    return read_value


def _compile_zone(zone: str | None) -> tzinfo | None:
    if zone is None:
        return None
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:  # A folder of zones is an OSError.
        # No abbreviations: for CEST, EST would be seven hours off.
        places = [name for name in available_timezones() if "/" in name]
        suggestion = did_you_mean(zone, [*places, "UTC"])
        hint = suggestion or "; use a name such as Europe/Berlin or UTC"
        raise ValueError(f'unknown zone "{zone}"{hint}') from error


def _compile_formats(formats: str | list[str]) -> list[_Format]:
    return [_compile_format(name) for name in ([formats] if isinstance(formats, str) else formats)]


def _compile_format(name: str) -> _Format:
    if name in _EPOCHS:
        return _Format(name, time_readers.epoch_reader(_EPOCHS[name]))
    if name == "rfc3339":
        return _Format(name, time_readers.read_rfc3339)
    if name == "date":
        return _Format(name, time_readers.read_date, has_offset=False)
    if name == "iso":
        return _Format(name, time_readers.read_iso, has_offset=False)
    if "%" not in name:
        names = ["rfc3339", *_EPOCHS, "date", "iso"]
        suggestion = did_you_mean(name, names) or f"; use {', '.join(names)} or a pattern: %d.%m.%Y"
        raise ValueError(f'unknown format "{name}"{suggestion}')
    return _Format(name, time_readers.pattern_reader(name), "z" in directives(name), has_day(name))

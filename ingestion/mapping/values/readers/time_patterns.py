"""Patterns of strptime and strftime that mean the same on every machine."""

import re
import time
from datetime import UTC, datetime

# Without %c, %x, %X and %Z: their texts depend on the machine, or name more than one zone.
_DIRECTIVES = frozenset("aAwdbBmyYHIMSfpzjUWGuV%")
_WEEKDAYS = frozenset("aAwu")
_TIME_OF_DAY = frozenset("HIMSfpz")
_SAMPLE = datetime(2026, 10, 31, 13, 30, 59, 123456, tzinfo=UTC)
# strptime reads at most six digits of a second. Digits below a microsecond are cut.
_LONG_FRACTION = re.compile(r"([.,][0-9]{6})[0-9]+")


def check_output(pattern: str) -> None:
    """Raise ValueError for a pattern of strftime that is wrong or depends on the machine."""
    if not directives(pattern):
        raise ValueError(f'"{pattern}" must have a directive, such as %H:%M:%S')


def directives(pattern: str) -> list[str]:
    """Return the directives as characters, without `%%`. Raises ValueError for an unknown one."""
    found = []
    characters = iter(pattern)
    for character in characters:
        if character == "%":
            directive = next(characters, "")
            if not directive or directive not in _DIRECTIVES:
                known = " ".join(f"%{known}" for known in sorted(_DIRECTIVES))
                raise ValueError(f'"%{directive}" in "{pattern}" is unknown: use {known}')
            found.append(directive)
    return [directive for directive in found if directive != "%"]


def has_day(pattern: str) -> bool:
    """Return whether a pattern says anything about the day."""
    return not _TIME_OF_DAY.issuperset(directives(pattern))


def read_text(text: str, pattern: str) -> datetime:
    """Return the time, local without %z. Raises ValueError."""
    if "%f" in pattern:
        text = _LONG_FRACTION.sub(r"\1", text)
    moment = datetime.strptime(text, pattern)
    # Day 366 of a shorter year would be the first day of the next one.
    if "%j" in pattern and time.strptime(text, pattern).tm_yday != moment.timetuple().tm_yday:
        raise ValueError("no day of this year")
    return moment


def check_pattern(pattern: str) -> None:
    """Raise ValueError for a pattern of strptime that is wrong or would misread."""
    found = directives(pattern)
    _check_day(pattern, frozenset(found))
    if ("I" in found) != ("p" in found):
        raise ValueError(f'"{pattern}" must have both %I and %p, or %H and neither')
    repeated = next((directive for directive in found if found.count(directive) > 1), None)
    if repeated:
        raise ValueError(f'"{pattern}" has %{repeated} twice')
    try:
        datetime.strptime(_SAMPLE.strftime(pattern), pattern)
    except ValueError as error:
        raise ValueError(f'"{pattern}" contradicts itself: {error}') from error


def _check_day(pattern: str, found: frozenset[str]) -> None:
    """Raise ValueError if strptime would fill in a part of the day, as in 1900-01-31."""
    year = found & frozenset("yY")
    is_whole = (
        (year and "d" in found and found & frozenset("mbB"))
        or (year and "j" in found)
        or (year and found & frozenset("UW") and found & _WEEKDAYS)
        or (found >= frozenset("GV") and found & _WEEKDAYS)
    )
    if not is_whole and not found <= _TIME_OF_DAY:
        raise ValueError(f'"{pattern}" must have a whole day, such as %Y-%m-%d, or no part of it')

"""RFC 3339 times, and their text of fixed width in UTC: text order is time order."""

import re
from datetime import UTC, datetime, timedelta

NO_TIME = "must be an RFC 3339 time with its offset, such as 2026-01-31T12:00:00Z"

_FIXED_WIDTH = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:[0-5]\d\.\d{6}Z", re.ASCII)
_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:[0-5]\d)", re.ASCII
)


def timestamp(moment: datetime) -> str:
    """Return an aware time as UTC text of fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def fixed_width(value: str) -> str:
    """Return an RFC 3339 time as text of fixed width. Raises ValueError.

    A leap second becomes the last microsecond of its minute.
    """
    try:
        if _FIXED_WIDTH.fullmatch(value):
            datetime.fromisoformat(value)
            return value
        if not _RFC3339.fullmatch(value):
            raise ValueError(value)
        if value[17:19] == "60":
            return timestamp(_end_of_leap_second(f"{value[:17]}59{value[19:]}"))
        return timestamp(datetime.fromisoformat(value.upper()))
    except (ValueError, OverflowError) as error:
        raise ValueError(NO_TIME) from error


def _end_of_leap_second(second_before: str) -> datetime:
    """Return the last microsecond. RFC 3339, 5.7: it ends a month in UTC."""
    moment = datetime.fromisoformat(second_before.upper()).astimezone(UTC)
    after = moment.replace(microsecond=0) + timedelta(seconds=1)
    if (after.day, after.hour, after.minute, after.second) != (1, 0, 0, 0):
        raise ValueError(second_before)
    return moment.replace(microsecond=999_999)

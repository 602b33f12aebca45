"""The times of events, and the bound of an event's time.

A time far ahead would freeze its entity for every source.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from entities.times import fixed_width, timestamp
from ingestion.errors import FieldError, RejectedRecord

# The platform's code may import both functions from here too.
__all__ = ["TIME_SCHEMA", "TimeBound", "Timestamp", "fixed_width"]
__all__ += ["time_from_epoch_seconds", "timestamp"]

# What the format date-time of JSON Schema does not allow: a blank between day and time.
_WITH_BLANK = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)"
    r"(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_EPOCH_TIME = "1990-01-01T00:00:00.000000Z"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DURATION = re.compile(r"([1-9]\d{0,4})([smh])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_LONGEST = timedelta(hours=24)


# The JSON Schema of a time that comes in.
TIME_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "format": "date-time"},
        {"type": "string", "pattern": f"^{_WITH_BLANK}$"},
    ],
    "description": "An RFC 3339 time with its offset, of an existing day from the year 1"
    " on. Second 60 is accepted only as the last second of a month in UTC.",
}
Timestamp = Annotated[
    str,
    AfterValidator(fixed_width),
    WithJsonSchema(TIME_SCHEMA, mode="validation"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


def _parse_duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    duration = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
    if duration is None or duration > _LONGEST:
        raise ValueError("must be a duration of 1s to 24h, such as 30s, 5m or 2h")
    return duration


def _valid_duration(text: str) -> str:
    _parse_duration(text)
    return text


def _day_or_time(text: str) -> str:
    """Return an RFC 3339 time, or the start of a day in UTC, as text of fixed width."""
    return fixed_width(f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text)


def time_from_epoch_seconds(seconds: str, field: str) -> str:
    """Return seconds since 1970 as text of fixed width. Raises RejectedRecord before 1990.

    A year, a day such as 20260131 or a day number of a workbook would count as a time in 1970.
    """
    time = timestamp(_EPOCH + timedelta(microseconds=int(Decimal(seconds) * 1_000_000)))
    if time < _EARLIEST_EPOCH_TIME:
        raise _rejected(
            field,
            f"is {time} as seconds since 1970: must be {_EARLIEST_EPOCH_TIME} or later, or an"
            " RFC 3339 time",
        )
    return time


class TimeBound(BaseModel):
    """The latest time, as a duration after the receipt, and the earliest time of a sender's events.

    Durations are texts such as 30s, 5m or 2h.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    max_ahead: Annotated[str, AfterValidator(_valid_duration)] = Field(
        "5m",
        description="How far an event's time may be ahead of its receipt: 30s, 5m or 2h, at most "
        "24h.",
    )
    min_time: Annotated[str, AfterValidator(_day_or_time)] = Field(
        timestamp(_EPOCH), description="The earliest time of an event: a day, or an RFC 3339 time."
    )

    def check_time(self, time: str, received_at: str, field: str = "time") -> None:
        """Raise RejectedRecord if a time is out of bounds. Both times have the fixed width."""
        if self.min_time <= time <= received_at:  # Fixed-width text sorts by time.
            return
        if time < self.min_time:
            raise _rejected(field, f"is {time}: must be {self.min_time} or later")
        latest = self._latest(received_at)
        if time > latest:
            raise _rejected(
                field, f"is {time}: must be {latest} or earlier, {self.max_ahead} after its receipt"
            )

    @cached_property
    def _ahead(self) -> timedelta:
        return _parse_duration(self.max_ahead)

    def _latest(self, received_at: str) -> str:
        try:
            return timestamp(datetime.fromisoformat(received_at) + self._ahead)
        except OverflowError:  # An event that was received in the last minutes of the year 9999.
            return received_at


def _rejected(field: str, message: str) -> RejectedRecord:
    return RejectedRecord("invalid_event", FieldError(field, message))

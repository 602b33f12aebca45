"""Judges whether a source fell silent: by its catalog entry, or by its own last 14 days."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from ingestion.cli.status.metrics.series import Point

MIN_HOURS = 24  # A source with events in fewer hours has no habit.
_TOLERANCE = 1.5


class Silence(NamedTuple):
    """A silence that is too long: the seconds since the last event, and the seconds allowed.

    `seconds` is None if there was no event in the last 14 days. `is_declared`: the catalog says
    what is allowed. Otherwise it is the longest time without events in the last 14 days.
    """

    seconds: float | None
    allowed_seconds: float
    is_declared: bool


def find_silence(
    expected: timedelta | None, last_at: datetime | None, points: Iterable[Point], now: datetime
) -> Silence | None:
    """Return the silence of a source if it is too long. `points` are its events of 14 days."""
    seconds = None if last_at is None else (now - last_at).total_seconds()
    if expected:
        allowed = expected.total_seconds()
        is_silent = seconds is None or seconds > allowed
        return Silence(seconds, allowed, is_declared=True) if is_silent else None
    longest = _longest_gap(points)
    if seconds is None or longest is None or seconds <= longest * _TOLERANCE:
        return None
    return Silence(seconds, longest, is_declared=False)


def _longest_gap(points: Iterable[Point]) -> float | None:
    """Return the seconds of the longest time between two hours with events."""
    hours = sorted({_hour_of(point.time) for point in points if point.value})
    if len(hours) < MIN_HOURS:
        return None
    return max((later - earlier).total_seconds() for earlier, later in pairwise(hours))


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)

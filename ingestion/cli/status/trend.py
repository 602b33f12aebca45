"""The counts of the last hour for each minute, from the metrics of a source."""

from datetime import datetime
from typing import NamedTuple

from ingestion.cli.status.metrics.measured import Measured
from ingestion.cli.status.metrics.series import LAST_HOUR, Role

MINUTES = int(LAST_HOUR.length.total_seconds()) // 60


class Trend(NamedTuple):
    """What happened in each minute of the last hour, the oldest first.

    CloudWatch knows the last one or two minutes later.
    """

    accepted: tuple[int, ...]
    stored: tuple[int, ...]
    dead_letters: tuple[int, ...]


def trend_of(measured: Measured, now: datetime) -> Trend:
    """Return the counts of a source. Requests in quarantine count as dead letters."""
    return Trend(
        _by_minute(measured, now, "accepted"),
        _by_minute(measured, now, "stored"),
        _by_minute(measured, now, "dead_lettered", "quarantined"),
    )


def _by_minute(measured: Measured, now: datetime, *roles: Role) -> tuple[int, ...]:
    counts = [0] * MINUTES
    for role in roles:
        for point in measured.points.get(role, ()):
            age = int((now - point.time).total_seconds()) // 60
            if age < MINUTES:
                counts[MINUTES - 1 - max(age, 0)] += int(point.value)
    return tuple(counts)

"""The last hour of a source has a count for each minute."""

from datetime import UTC, datetime, timedelta

from ingestion.cli.status.metrics.measured import Measured
from ingestion.cli.status.metrics.series import Point
from ingestion.cli.status.trend import MINUTES, trend_of

NOW = datetime(2026, 1, 31, 12, 30, 20, tzinfo=UTC)


def minutes_ago(minutes: float, value: float) -> Point:
    return Point(NOW - timedelta(minutes=minutes), value)


def test_points_are_counted_in_their_minutes_the_oldest_first() -> None:
    accepted = [minutes_ago(0, 1), minutes_ago(0.9, 2), minutes_ago(59.5, 7), minutes_ago(60, 9)]

    trend = trend_of(Measured({"accepted": accepted}), NOW)

    assert len(trend.accepted) == MINUTES
    assert (trend.accepted[0], trend.accepted[-1], sum(trend.accepted)) == (7, 3, 10)
    assert sum(trend.stored) == sum(trend.dead_letters) == 0


def test_requests_in_quarantine_count_as_dead_letters() -> None:
    measured = Measured({"dead_lettered": [minutes_ago(3, 2)], "quarantined": [minutes_ago(3, 4)]})

    assert trend_of(measured, NOW).dead_letters[-4] == 6

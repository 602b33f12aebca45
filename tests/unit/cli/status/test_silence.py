"""A source is silent by its catalog entry, or by its own last 14 days."""

from datetime import UTC, datetime, timedelta

import pytest

from ingestion.cli.status.metrics.series import Point
from ingestion.cli.status.silence import MIN_HOURS, find_silence

NOW = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def hourly(hours: int, every: int = 1) -> list[Point]:
    """Return events in so many hours, the newest of them now."""
    return [Point(NOW - timedelta(hours=every * n), 5) for n in range(hours)]


@pytest.mark.parametrize(("minutes", "is_silent"), [(29, False), (31, True)])
def test_the_catalog_entry_says_what_is_too_long(minutes: int, is_silent: bool) -> None:
    last_at = NOW - timedelta(minutes=minutes)

    found = find_silence(HALF_AN_HOUR, last_at, [], NOW)

    assert (found is not None) == is_silent
    assert not found or (found.seconds, found.allowed_seconds) == (31 * 60, 1800)


def test_a_source_without_any_event_is_silent_only_if_its_entry_expects_events() -> None:
    found = find_silence(HALF_AN_HOUR, None, [], NOW)

    assert found == (None, 1800, True)
    assert find_silence(None, None, [], NOW) is None


@pytest.mark.parametrize(
    ("every", "silent_hours", "is_silent"),
    [(1, 1, False), (1, 2, True), (12, 17, False), (12, 19, True)],
)
def test_a_source_with_a_habit_is_silent_after_more_than_its_longest_gap(
    every: int, silent_hours: int, is_silent: bool
) -> None:
    later = NOW + timedelta(hours=silent_hours)

    found = find_silence(None, NOW, hourly(MIN_HOURS, every), later)

    assert found == ((silent_hours * 3600, every * 3600, False) if is_silent else None)


def test_a_source_with_few_hours_of_events_has_no_habit() -> None:
    later = NOW + timedelta(days=9)

    assert find_silence(None, NOW, hourly(MIN_HOURS - 1), later) is None

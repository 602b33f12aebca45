from datetime import UTC, datetime, timedelta

import pytest

from ingestion.store.outcomes import lags
from ingestion.syntax.times import timestamp
from tests.support.factories import event

RECEIVED = datetime(2026, 1, 31, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def lags_of(happened_at: datetime, stored_at: datetime) -> dict[str, int]:
    """Return the lags of an event that was received at noon."""
    sent = event(time=timestamp(happened_at), receivedat=timestamp(RECEIVED))
    return lags(sent, stored_at)


def test_lags_are_measured_from_the_event_and_from_its_receipt() -> None:
    found = lags_of(RECEIVED - 3 * SECOND, RECEIVED + SECOND)

    assert found == {"LagFromReceipt": 1_000, "LagFromEvent": 4_000}


@pytest.mark.parametrize("age", [DAY + SECOND, 365 * DAY], ids=str)
def test_an_event_over_a_day_old_when_received_has_no_lag_from_the_event(age: timedelta) -> None:
    found = lags_of(RECEIVED - age, RECEIVED + SECOND)

    assert found == {"LagFromReceipt": 1_000}


def test_an_event_that_waited_for_days_after_its_receipt_has_both_lags() -> None:
    found = lags_of(RECEIVED - DAY, RECEIVED + 3 * DAY)

    assert found == {"LagFromReceipt": 3 * 86_400_000, "LagFromEvent": 4 * 86_400_000}


def test_an_event_time_thirty_seconds_ahead_counts_as_a_lag_of_zero() -> None:
    found = lags_of(RECEIVED + 30 * SECOND, RECEIVED + SECOND)

    assert found == {"LagFromReceipt": 1_000, "LagFromEvent": 0}


def test_an_event_time_an_hour_ahead_has_no_lag_from_the_event() -> None:
    found = lags_of(RECEIVED + timedelta(hours=1), RECEIVED + SECOND)

    assert found == {"LagFromReceipt": 1_000}


def test_a_lag_is_never_negative_when_the_clocks_of_functions_differ() -> None:
    found = lags_of(RECEIVED, RECEIVED - timedelta(milliseconds=2))

    assert found == {"LagFromReceipt": 0, "LagFromEvent": 0}


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"])
def test_the_first_and_last_possible_times_have_no_lag_from_the_event(text: str) -> None:
    sent = event(time=text, receivedat=timestamp(RECEIVED))

    found = lags(sent, RECEIVED)

    assert set(found) == {"LagFromReceipt"}

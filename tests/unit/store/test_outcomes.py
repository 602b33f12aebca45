from datetime import UTC, datetime, timedelta

import pytest

from ingestion.event import timestamp
from ingestion.store.outcomes import lags
from tests.support.factories import event

RECEIVED = datetime(2026, 1, 31, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def lags_of(happened_at: datetime, stored_at: datetime) -> dict[str, int]:
    sent = event(time=timestamp(happened_at), receivedat=timestamp(RECEIVED))
    return lags(sent, stored_at)


def test_lags_are_from_when_it_happened_and_from_when_it_came() -> None:
    found = lags_of(RECEIVED - 3 * SECOND, RECEIVED + SECOND)

    assert found == {"LagFromReceipt": 1_000, "LagFromEvent": 4_000}


@pytest.mark.parametrize("age", [DAY + SECOND, 365 * DAY], ids=str)
def test_history_has_no_lag_of_its_own(age: timedelta) -> None:
    found = lags_of(RECEIVED - age, RECEIVED + SECOND)

    assert found == {"LagFromReceipt": 1_000}


def test_what_waited_here_for_days_is_no_history() -> None:
    found = lags_of(RECEIVED - DAY, RECEIVED + 3 * DAY)

    assert found == {"LagFromReceipt": 3 * 86_400_000, "LagFromEvent": 4 * 86_400_000}


def test_a_senders_clock_may_be_a_little_ahead() -> None:
    found = lags_of(RECEIVED + 30 * SECOND, RECEIVED + SECOND)

    assert found == {"LagFromReceipt": 1_000, "LagFromEvent": 0}


def test_a_time_that_has_not_come_has_no_lag() -> None:
    found = lags_of(RECEIVED + timedelta(hours=1), RECEIVED + SECOND)

    assert found == {"LagFromReceipt": 1_000}


def test_our_own_clocks_may_differ_a_little() -> None:
    found = lags_of(RECEIVED, RECEIVED - timedelta(milliseconds=2))

    assert found == {"LagFromReceipt": 0, "LagFromEvent": 0}


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"])
def test_the_ends_of_the_calendar_are_no_lag(text: str) -> None:
    sent = event(time=text, receivedat=timestamp(RECEIVED))

    assert set(lags(sent, RECEIVED)) == {"LagFromReceipt"}

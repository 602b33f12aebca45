"""A clock for tests of what waits."""

import time

import pytest


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the list of pauses. The clock advances by these pauses only, and jitter is off."""
    seconds: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: sum(seconds))
    monkeypatch.setattr(time, "sleep", seconds.append)
    monkeypatch.setattr("random.uniform", lambda _, most: most)
    return seconds

import time

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from ingestion.aws import retry


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that only pauses move on, and the pauses made; without jitter."""
    made: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: sum(made))
    monkeypatch.setattr(time, "sleep", made.append)
    monkeypatch.setattr("random.uniform", lambda _, most: most)
    return made


def test_pauses_double_up_to_the_longest(pauses: list[float]) -> None:
    turns = sum(1 for _ in retry.attempts(deadline=10))

    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]
    assert turns == len(pauses) + 1


def test_no_turn_begins_after_the_deadline(pauses: list[float]) -> None:
    assert list(retry.attempts(deadline=0)) == []
    assert sum(1 for _ in retry.attempts(deadline=0.25)) == 2
    assert sum(pauses) <= 0.25


def test_pauses_have_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []
    monkeypatch.setattr(time, "sleep", made.append)
    for _ in range(50):
        next(turns := retry.attempts(time.monotonic() + 60))
        next(turns)

    assert 0.05 <= min(made) < max(made) <= 0.1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClientError({"Error": {"Code": "Throttled"}}, "Publish"), "Throttled"),
        (ReadTimeoutError(endpoint_url="https://example.com"), "ReadTimeoutError"),
    ],
)
def test_a_failure_is_named_by_its_code_or_its_class(error: Exception, code: str) -> None:
    assert isinstance(error, retry.FAILED_CALL)
    assert retry.failure_code(error) == code

import time

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from ingestion.aws import retry


def test_pauses_double_up_to_two_seconds(pauses: list[float]) -> None:
    attempts = len(list(retry.attempts(deadline=10)))

    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]
    assert attempts == len(pauses) + 1


@pytest.mark.parametrize(("deadline", "attempts"), [(0, 0), (0.25, 2)])
def test_no_attempt_begins_after_the_deadline(
    deadline: float, attempts: int, pauses: list[float]
) -> None:
    found = list(retry.attempts(deadline))

    assert len(found) == attempts
    assert sum(pauses) <= deadline


def test_pauses_have_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)

    for _ in range(50):
        attempts = retry.attempts(time.monotonic() + 60)
        next(attempts)
        next(attempts)

    assert min(pauses) >= 0.05
    assert max(pauses) <= 0.1
    assert min(pauses) < max(pauses)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClientError({"Error": {"Code": "Throttled"}}, "Publish"), "Throttled"),
        (ReadTimeoutError(endpoint_url="https://example.com"), "ReadTimeoutError"),
    ],
)
def test_a_failed_call_is_reported_by_its_error_code_or_its_class(
    error: Exception, code: str
) -> None:
    assert isinstance(error, retry.FAILED_CALL)
    assert retry.failure_code(error) == code

"""A read that fails is shown as one sentence, with the numbers of the last one that worked."""

import re
import time
from dataclasses import dataclass
from traceback import walk_tb
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from ingestion.cli.console.runtime import Runtime
from tests.integration.console.reading import text_of
from tests.integration.used_grants import RecordingSession

QUEUES = "before-call.sqs.GetQueueAttributes"


@dataclass
class Policy:
    """Refuses a call while it does not allow it."""

    is_allowing: bool

    def check(self, **_: Any) -> None:
        if not self.is_allowing:
            refusal: Any = {"Error": {"Code": "AccessDenied", "Message": "no sqs:Get"}}
            raise ClientError(refusal, "GetQueueAttributes")


def test_without_any_read_the_page_says_what_is_not_allowed(
    console: httpx.Client, session: RecordingSession
) -> None:
    with session.hooked(QUEUES, Policy(is_allowing=False).check):
        response = console.get("/")

    assert response.status_code == 403
    assert "your AWS identity may not do this: no sqs:Get" in text_of(response)


def test_a_page_that_connects_before_any_read_gets_the_sentence_and_no_stream(
    console: httpx.Client, session: RecordingSession
) -> None:
    with session.hooked(QUEUES, Policy(is_allowing=False).check):
        response = console.get("/live", headers={"HX-Request": "true"})

    assert response.status_code == 403
    assert "your AWS identity may not do this: no sqs:Get" in text_of(response)


@pytest.mark.usefixtures("deployment")
def test_later_the_last_numbers_stay_with_the_reason(
    console: httpx.Client, runtime: Runtime, session: RecordingSession
) -> None:
    policy = Policy(is_allowing=True)
    with session.hooked(QUEUES, policy.check):
        good = console.get("/")
        policy.is_allowing = False
        runtime.status.clock = lambda: time.monotonic() + 60
        response = console.get("/")

    assert (good.status_code, response.status_code) == (200, 200)
    shown = text_of(response)
    assert re.search(r"The last read failed. These numbers are from \S+ \S+Z: your AWS", shown)
    assert "sourceB" in text_of(response)


def test_the_same_failure_on_many_pages_does_not_grow(
    console: httpx.Client, runtime: Runtime, session: RecordingSession
) -> None:
    with session.hooked(QUEUES, Policy(is_allowing=False).check):
        depths = [_depth(console, runtime) for _ in range(3)]

    assert len(set(depths)) == 1


def _depth(console: httpx.Client, runtime: Runtime) -> int:
    """Open the overview, and return the length of the traceback of the failed read."""
    runtime.status.clock = lambda: 0.0  # Only the first page reads.
    assert console.get("/").status_code == 403
    error = runtime.status.view(runtime.deployment).error
    return len(list(walk_tb(error.__traceback__ if error else None)))

"""Retries of failed calls: when to try again, and the code of a failure."""

import random
import time
from collections.abc import Iterator

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

# AWS gave no complete response. The call may still have had its effect.
NO_RESPONSE = (BotoCoreError, ResponseParserError)
FAILED_CALL = (ClientError, *NO_RESPONSE)
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0


def attempts(deadline: float, first_pause_seconds: float = FIRST_PAUSE_SECONDS) -> Iterator[None]:
    """Yield once per attempt. No attempt begins after `deadline` (of `time.monotonic`).

    Pauses double and have jitter, as in
    https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
    """
    pause_seconds = first_pause_seconds
    while time.monotonic() < deadline:
        yield
        pause = pause_seconds * random.uniform(0.5, 1)
        if time.monotonic() + pause > deadline:
            return
        time.sleep(pause)
        pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)


def failure_code(error: Exception) -> str:
    """Return AWS's code of the error, or the name of its class if AWS did not respond."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return type(error).__name__

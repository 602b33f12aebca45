"""When to try again: at growing intervals, apart from the others that try, until a deadline."""

import random
import time
from collections.abc import Iterator

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0


def attempts(deadline: float) -> Iterator[None]:
    """Turns to try, none of which begins after `deadline` (of `time.monotonic`).

    Pauses double and have jitter, as in
    https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
    """
    pause_seconds = FIRST_PAUSE_SECONDS
    while time.monotonic() < deadline:
        yield
        pause = pause_seconds * random.uniform(0.5, 1)
        if time.monotonic() + pause > deadline:
            return
        time.sleep(pause)
        pause_seconds = min(2 * pause_seconds, LONGEST_PAUSE_SECONDS)

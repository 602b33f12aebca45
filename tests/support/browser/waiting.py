"""Waits for what a server or a browser does in its own time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def _nothing() -> str:
    return "nothing"


def wait_for(
    probe: Callable[[], Found | None],
    seconds: float = 120,
    seen: Callable[[], str] = _nothing,
) -> Found:
    """Return the first truthy result of the probe before the deadline.

    `seen` says what is there instead if there is none.
    """
    deadline = time.monotonic() + seconds
    while not (response := probe()):
        assert time.monotonic() < deadline, f"{seen()} after {seconds} s"
        time.sleep(0.1)
    return response

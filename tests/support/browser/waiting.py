"""Waits for what a server or a browser does in its own time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def wait_for(probe: Callable[[], Found | None], seconds: float = 120) -> Found:
    """Return the first truthy result of the probe before the deadline."""
    deadline = time.monotonic() + seconds
    while not (response := probe()):
        assert time.monotonic() < deadline, f"nothing after {seconds} s"
        time.sleep(0.1)
    return response

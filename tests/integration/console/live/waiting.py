"""Waits for what a server or a browser does in its own time."""

import time
from collections.abc import Callable

_SECONDS = 60
_PAUSE_SECONDS = 0.05  # The server under test needs the CPU and the lock of the interpreter.


def wait_until(is_true: Callable[[], object]) -> bool:
    """Return whether it becomes true within a minute."""
    deadline = time.monotonic() + _SECONDS
    while not (found := is_true()) and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)
    return bool(found)

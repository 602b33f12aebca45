"""Waits for what a server or a browser does in its own time."""

import time
from collections.abc import Callable


def wait_until(is_true: Callable[[], object]) -> bool:
    """Return whether it becomes true within half a minute."""
    deadline = time.monotonic() + 30
    while not (found := is_true()) and time.monotonic() < deadline:
        pass
    return bool(found)

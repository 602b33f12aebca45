"""Starts the emulator, whose functions take asynchronous events in turn, as those of AWS do.

The emulator counts a throttled start of a function as a failed run, so a burst of uploads would
end in the queue of failures. AWS keeps throttled events for hours. The emulator's own Python runs
this file.
"""

import time
from contextvars import ContextVar
from typing import Any

from ministack.app import main  # type: ignore[import-not-found] # only in the emulator's environment
from ministack.services import lambda_svc  # type: ignore[import-not-found] # as above

_WAIT_SECONDS = 0.2
_is_queued = ContextVar("_is_queued", default=False)
_invoke = lambda_svc.invoke_async_with_retry
_acquire = lambda_svc._acquire_execution_slot


def _invoke_queued(function: dict[str, Any], event: dict[str, Any]) -> None:
    """Run a function in a thread of its own, which inherits the variable. Do not wait for it."""
    token = _is_queued.set(True)
    try:
        _invoke(function, event)
    finally:
        _is_queued.reset(token)


def _acquire_queued(function: dict[str, Any], config: dict[str, Any]) -> tuple[str | None, str]:
    """Return a free run of the function. Asynchronous events wait for one."""
    while True:
        slot, limit = _acquire(function, config)
        if slot is not None or not _is_queued.get():
            return slot, limit
        time.sleep(_WAIT_SECONDS)


def queue_events() -> None:
    """Let asynchronous events wait for a free run."""
    lambda_svc.invoke_async_with_retry = _invoke_queued
    lambda_svc._acquire_execution_slot = _acquire_queued


if __name__ == "__main__":
    queue_events()
    main()

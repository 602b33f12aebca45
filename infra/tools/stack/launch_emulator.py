"""Starts the emulator with two differences that bring it closer to AWS.

Its functions take asynchronous events in turn. The emulator counts a throttled start of a function
as a failed run, so a burst of uploads would end in the queue of failures. AWS keeps throttled
events for hours.

It keeps idle connections longer than its clients do. Otherwise it may close a connection just as a
request arrives: the client gets no answer, and repeats what was done.

The emulator's own Python runs this file.
"""

import time
from contextvars import ContextVar
from typing import Any

import hypercorn.asyncio  # type: ignore[import-not-found] # only in the emulator's environment
from ministack.app import main  # type: ignore[import-not-found] # as above
from ministack.services import lambda_svc  # type: ignore[import-not-found] # as above

_WAIT_SECONDS = 0.2
_IDLE_SECONDS = 3600  # Go's clients close after 90 s, and the emulator would after 75 s.
_is_queued = ContextVar("_is_queued", default=False)
_invoke = lambda_svc.invoke_async_with_retry
_acquire = lambda_svc._acquire_execution_slot
_serve = hypercorn.asyncio.serve


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


async def _serve_longer(app: Any, config: Any) -> None:
    """Serve the emulator, and keep idle connections."""
    config.keep_alive_timeout = _IDLE_SECONDS
    await _serve(app, config)


def keep_connections() -> None:
    """Let clients close their idle connections first."""
    hypercorn.asyncio.serve = _serve_longer


if __name__ == "__main__":
    queue_events()
    keep_connections()
    main()

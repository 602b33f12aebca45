"""The threads of a function: they wait for AWS side by side, and compute one at a time."""

import os
import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any, TypeVar

from ingestion.settings import POOL_SIZE

Result = TypeVar("Result")


class _Threads(ThreadPoolExecutor):
    def map(  # type: ignore[override]  # Nobody asks for a timeout.
        self, fn: Callable[..., Result], *iterables: Iterable[Any]
    ) -> Iterator[Result]:
        """As any executor's, but who waits for the results is woken once and not for each."""
        return _results([self.submit(fn, *it) for it in zip(*iterables, strict=False)])


def _results(futures: list[Future[Result]]) -> Iterator[Result]:
    wait(futures, return_when=FIRST_EXCEPTION)
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def new_pool() -> ThreadPoolExecutor:
    """As many as there are messages in a batch, all on one core, where the system has a say in it.

    The interpreter runs one of them at a time; from core to core it takes a third more CPU, as
    each finds the caches of its core cold.
    """
    try:
        core = random.choice(sorted(os.sched_getaffinity(0)))
    except (AttributeError, OSError):  # macOS has none, and a sandbox may not tell.
        return _Threads(POOL_SIZE)
    return _Threads(POOL_SIZE, initializer=_stay_on, initargs=(core,))


def _stay_on(core: int) -> None:
    with suppress(OSError):  # A sandbox may not let it: it costs time only.
        os.sched_setaffinity(0, {core})

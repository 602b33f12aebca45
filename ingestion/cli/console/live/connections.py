"""The open pages that are connected: they wait together, and end together."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Connections:
    """The connected pages. Only the event loop may call its methods."""

    is_stopped: bool = False
    _waiting: set[asyncio.Event] = field(default_factory=set)

    def __len__(self) -> int:
        """Return how many pages are connected."""
        return len(self._waiting)

    @contextmanager
    def connect(self) -> Iterator[asyncio.Event]:
        """Count a page as connected within the block. The page waits for what is yielded."""
        woken = asyncio.Event()
        self._waiting.add(woken)
        try:
            yield woken
        finally:
            self._waiting.remove(woken)

    def wake(self) -> None:
        """Wake all waiting pages."""
        for woken in self._waiting:
            woken.set()

    def stop(self) -> None:
        """End all connections."""
        self.is_stopped = True
        self.wake()


async def wait(woken: asyncio.Event, seconds: float) -> None:
    """Wait until a page is woken, at most so long."""
    with suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), seconds)

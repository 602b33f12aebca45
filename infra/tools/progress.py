"""How far a long step is. The module needs the standard library only, because the setup uses it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

SECONDS = 10  # Between the lines that a log gets.


class Progress:
    """The text about a step. `count` names each finished part of `total` parts.

    The text ends with the elapsed time, so that no two lines of a log are alike.
    """

    def __init__(self, title: str, total: int = 0) -> None:
        self.title = title
        self.total = total
        self.done = 0
        self._state = f"{title} …"
        self._started = monotonic()

    @property
    def text(self) -> str:
        """Return how far the step is, and for how long it has run."""
        return f"{self._state} ({monotonic() - self._started:.0f} s)"

    def count(self, part: str) -> None:
        """Count a finished part."""
        self.done += 1
        of_total = f" of {self.total}" if self.total else ""
        self._state = f"{self.title}: {self.done}{of_total}: {part}"

    def __rich__(self) -> str:
        return self.text


@contextmanager
def repeated(action: Callable[[], object], seconds: float = SECONDS) -> Iterator[None]:
    """Call `action` regularly during the block, in a thread."""
    ended = Event()

    def repeat() -> None:
        while not ended.wait(seconds):
            action()

    thread = Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

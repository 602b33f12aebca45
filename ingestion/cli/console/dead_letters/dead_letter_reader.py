"""The visible dead letters as they were read last, for all pages of a console.

Reading takes many calls, and hides dead letters from others meanwhile. So pages share one read, and
no read runs while the console changes dead letters.
"""

from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from threading import Event, Lock

from ingestion.cli.console.work import WorkStopped
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.environment import Deployment

FRESH_SECONDS = 15  # Older ones are read again. Only the list shows them meanwhile.
MAX_BYTES = 100_000_000  # Of the texts that are kept. Their JSON values take some times as much.
PATIENCE_SECONDS = 0.3  # A page waits so long for a read.
_END_SECONDS = 5  # A read ends sooner, except if AWS does not answer.


@dataclass(frozen=True)
class VisibleDeadLetters:
    """The oldest visible dead letters, how many others are visible, and about how many are not."""

    dead_letters: list[DeadLetter]
    left_out: int
    hidden: int
    read_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def age_seconds(self) -> float:
        """Return how long ago they were read."""
        return (datetime.now(UTC) - self.read_at).total_seconds()


class DeadLetterReader:
    """Reads the dead letters of one environment when a page needs them."""

    def __init__(self) -> None:
        self.is_stopping = Event()
        self._pool = ThreadPoolExecutor(1, "dead-letters")
        self._in_use = Lock()  # Held during reads and changes: leased messages are hidden.
        self._is_changing = False
        self._starting = Lock()
        self._last_read: VisibleDeadLetters | None = None
        self._reading: Future[VisibleDeadLetters] | None = None

    @property
    def last_read(self) -> VisibleDeadLetters | None:
        """Return what was read last, however old; None if nothing was."""
        return self._last_read

    @property
    def is_reading(self) -> bool:
        """Return whether a read runs, or waits for work that changes dead letters."""
        return self._reading is not None and not self._reading.done()

    def read_recent(
        self, deployment: Deployment, *, accepts_old: bool = False
    ) -> VisibleDeadLetters | None:
        """Return the dead letters; None while a read runs. Raises what a read raises.

        Old ones are read again: in the background if the page `accepts_old`.
        """
        last_read = self._last_read
        if last_read and last_read.age_seconds < FRESH_SECONDS:
            return last_read
        reading = self._take_failed() or self.start_reading(deployment)
        try:
            return last_read if last_read and accepts_old else reading.result(PATIENCE_SECONDS)
        except (TimeoutError, CancelledError):  # The end of the console cancels a read.
            return None
        finally:
            self._take_failed()  # The next page reads again.

    def forget_last_read(self) -> None:
        """Let the next page read the dead letters again."""
        self._last_read = None

    def start_reading(self, deployment: Deployment) -> "Future[VisibleDeadLetters]":
        """Read the dead letters in the background, unless a read runs already."""
        with self._starting:
            if self._reading is None or self._reading.done():
                self._reading = self._pool.submit(self._read_all, deployment)
            return self._reading

    @contextmanager
    def changing(self, deployment: Deployment) -> Iterator[None]:
        """Wait until nothing else uses the queues, then change them. Read them again at the end."""
        with self._in_use:
            self._is_changing = True
            try:
                yield
            finally:
                self._is_changing = False
                self.forget_last_read()
        self.start_reading(deployment)

    def read_queues(self, queues: actions.Queues) -> list[DeadLetter]:
        """Return the visible dead letters of these queues; during a change what was read before."""
        last_read = self._last_read
        if self._is_changing and last_read:
            return [each for each in last_read.dead_letters if each.queue in queues]
        with self._in_use:
            return self._read_visible(queues)

    def stop(self) -> None:
        """End a read after its current call, and wait until it has released what it leased."""
        self.is_stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._in_use.acquire(timeout=_END_SECONDS):
            self._in_use.release()

    def _take_failed(self) -> "Future[VisibleDeadLetters] | None":
        """Return the last read if it failed, so that one page shows why and the next reads."""
        with self._starting:
            last = self._reading
            if last is None or not last.done() or last.cancelled() or last.exception() is None:
                return None
            self._reading = None
            return last

    def _read_all(self, deployment: Deployment) -> VisibleDeadLetters:
        queues = actions.dead_letter_queues(deployment)
        last_read = None
        with self._in_use:
            try:
                visible = self._read_visible(queues)
                fitting, hidden = _oldest(visible), actions.count_hidden(queues, visible)
                last_read = VisibleDeadLetters(fitting, len(visible) - len(fitting), hidden)
            finally:
                self._last_read = last_read  # None if the read failed.
        return last_read

    def _read_visible(self, queues: actions.Queues) -> list[DeadLetter]:
        """Return the visible dead letters. Raises WorkStopped if the console ends meanwhile."""
        visible = actions.read_dead_letters(queues, self.is_stopping)
        if self.is_stopping.is_set():
            raise WorkStopped("the console was stopped: the dead letters were not read")
        return visible


def _oldest(visible: list[DeadLetter]) -> list[DeadLetter]:
    """Return as many of the oldest as a console keeps."""
    oldest = sorted(visible, key=lambda each: each.sent_at)
    sizes = accumulate(len(each.body) for each in oldest)
    return oldest[: sum(size <= MAX_BYTES for size in sizes)]

"""The visible dead letters as they were read last, for all pages of a console.

Reading takes many calls, and hides dead letters from others meanwhile. So pages share one read, and
no read runs while the console changes dead letters.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Lock

from ingestion.cli.console.work import WorkStopped
from ingestion.cli.dlq import actions
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.environment import Deployment

FRESH_SECONDS = 15  # The list shows older ones, and reads again in the background.
PATIENCE_SECONDS = 0.3  # A page waits so long for the first read.
_END_SECONDS = 5  # A read ends sooner, except if AWS does not answer.


@dataclass(frozen=True)
class Kept:
    """The visible dead letters, and about how many others their queues hold."""

    dead_letters: list[DeadLetter]
    hidden: int
    read_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def age_seconds(self) -> float:
        """Return how long ago they were read."""
        return (datetime.now(UTC) - self.read_at).total_seconds()


class KeptDeadLetters:
    """Reads the dead letters of one environment when a page needs them."""

    def __init__(self) -> None:
        self.is_stopping = Event()
        self._pool = ThreadPoolExecutor(1, "dead-letters")
        self._in_use = Lock()  # The queues: a lease would hide their messages from other work.
        self._is_changing = False
        self._starting = Lock()
        self._kept: Kept | None = None
        self._reading: Future[Kept] | None = None

    @property
    def kept(self) -> Kept | None:
        """Return what was read last, however old; None if nothing was."""
        return self._kept

    @property
    def is_reading(self) -> bool:
        """Return whether a read runs, or waits for work that changes dead letters."""
        return self._reading is not None and not self._reading.done()

    def look(self, deployment: Deployment, *, is_refreshing: bool = False) -> Kept | None:
        """Return the dead letters; None while the first read runs. Raises what a read raises.

        Old ones are read again in the background if `is_refreshing`. A change would wait for that.
        """
        kept = self._kept
        if kept and (kept.age_seconds < FRESH_SECONDS or not is_refreshing):
            return kept
        reading = self._take_failed() or self.start_reading(deployment)
        try:
            return kept or reading.result(PATIENCE_SECONDS)
        except TimeoutError:
            return None
        finally:
            self._take_failed()  # The next page reads again.

    def wait(self, deployment: Deployment) -> Kept:
        """Return the dead letters after the first read."""
        return self._kept or self.start_reading(deployment).result()

    def forget(self) -> None:
        """Let the next page read the dead letters again."""
        self._kept = None

    def start_reading(self, deployment: Deployment) -> "Future[Kept]":
        """Read the dead letters in the background, unless a read runs already."""
        with self._starting:
            if self._reading is None or self._reading.done():
                self._reading = self._pool.submit(self._read, deployment)
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
                self.forget()
        self.start_reading(deployment)

    def read(self, queues: actions.Queues) -> list[DeadLetter]:
        """Return the visible dead letters of these queues; during a change what was read before."""
        kept = self._kept
        if self._is_changing and kept:
            return [each for each in kept.dead_letters if each.queue in queues]
        with self._in_use:
            return self._read_visible(queues)

    def stop(self) -> None:
        """End a read after its current call, and wait until it has released what it leased."""
        self.is_stopping.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._in_use.acquire(timeout=_END_SECONDS):
            self._in_use.release()

    def _take_failed(self) -> "Future[Kept] | None":
        """Return the last read if it failed, so that one page shows why and the next reads."""
        with self._starting:
            last = self._reading
            if last is None or not last.done() or last.exception() is None:
                return None
            self._reading = None
            return last

    def _read(self, deployment: Deployment) -> Kept:
        queues = actions.dead_letter_queues(deployment)
        kept = None
        with self._in_use:
            try:
                visible = self._read_visible(queues)
                kept = Kept(visible, actions.count_hidden(queues, visible))
            finally:
                self._kept = kept  # None if the read failed.
        return kept

    def _read_visible(self, queues: actions.Queues) -> list[DeadLetter]:
        """Return the visible dead letters. Raises WorkStopped if the console ends meanwhile."""
        visible = actions.read_dead_letters(queues, self.is_stopping)
        if self.is_stopping.is_set():
            raise WorkStopped("the console was stopped: the dead letters were not read")
        return visible

"""Work that changes something: it runs in the background, and its page shows the progress."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Event, Lock
from traceback import print_exception

from ingestion.cli.console.urls import progress_url
from ingestion.cli.start.failures import EXPECTED
from ingestion.errors import IngestionError

_MAX_KEPT = 100  # Finished work whose page is still shown.
_THREADS = 32  # Work without a series starts at once.
DEAD_LETTER_WORK = "dead letters"  # The series of work that leases dead letters.
PLANS = "plans"  # The series of plans: Terraform locks its state.
MAX_LINES = 5_000


class WorkStopped(IngestionError):
    """The console ended during the work."""


@dataclass
class Progress:
    """How much of a piece of work is done, and the last lines that it printed."""

    done: int = 0
    total: int | None = None
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=MAX_LINES))
    is_stopping: Event = field(default_factory=Event)

    def update(self, done: int, total: int | None = None) -> None:
        """Report what is done. Raises WorkStopped if the console ends: call it between steps."""
        self.done = done
        self.total = total if total is not None else self.total
        if self.is_stopping.is_set():
            raise WorkStopped("the console was stopped: the rest was not done")


Act = Callable[[Progress], Iterable[str]]


@dataclass(frozen=True)
class Work:
    """A piece of work. Its result is a list of sentences that say what was done.

    At most one piece of work for a `subject`, such as an entity, is not done.
    """

    id: str
    title: str
    back: str
    progress: Progress
    future: "Future[list[str]]"
    series: str | None = None
    subject: str | None = None

    @property
    def url(self) -> str:
        """Return the page that shows the progress."""
        return progress_url(self.id)


class WorkList:
    """The work of one console. Of the work of one series, one piece runs, and the others wait."""

    def __init__(self) -> None:
        self._pools = {
            None: ThreadPoolExecutor(_THREADS, "work"),
            DEAD_LETTER_WORK: ThreadPoolExecutor(1, "dead-letter-work"),
            PLANS: ThreadPoolExecutor(1, "plans"),
        }
        self._is_stopping = Event()
        self._lock = Lock()
        self._found: dict[str, Work] = {}

    def start(
        self,
        title: str,
        act: Act,
        back: str,
        *,
        series: str | None = None,
        subject: str | None = None,
    ) -> Work:
        """Start a piece of work after the others of its series. `back` is where its page leads.

        Returns the work that already changes the subject, if there is some: a button that is
        pressed twice acts once.
        """
        with self._lock:
            if subject and (running := self._changing(subject)):
                return running
            progress = Progress(is_stopping=self._is_stopping)
            future = self._pools[series].submit(lambda: list(act(progress)))
            work = Work(token_hex(8), title, back, progress, future, series, subject)
            self._found[work.id] = work
            for old in list(self._found)[:-_MAX_KEPT]:
                if self._found[old].future.done():
                    del self._found[old]
        future.add_done_callback(_print_unexpected)
        return work

    def _changing(self, subject: str) -> Work | None:
        found = (work for work in self._found.values() if work.subject == subject)
        return next((work for work in found if not work.future.done()), None)

    def find(self, work_id: str) -> Work | None:
        """Return a piece of work."""
        return self._found.get(work_id)

    def running(self, series: str) -> Work | None:
        """Return the piece of work of a series that runs."""
        with self._lock:
            found = [work for work in self._found.values() if work.series == series]
        return next((work for work in found if work.future.running()), None)

    def blocking(self, work: Work) -> Work | None:
        """Return the piece of work for which another one waits."""
        is_waiting = not (work.future.running() or work.future.done())
        return self.running(work.series) if work.series and is_waiting else None

    def stop(self) -> None:
        """Ask all work to stop after its current step, and start no more. Wait for the end."""
        self._is_stopping.set()
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in self._pools.values():
            pool.shutdown()


def _print_unexpected(future: "Future[list[str]]") -> None:
    if future.cancelled():
        return
    error = future.exception()
    if error and not isinstance(error, EXPECTED):
        print_exception(error)

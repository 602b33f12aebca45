"""Reads the status of the environment for all open pages together, and only as often as needed."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.start.failures import EXPECTED
from ingestion.cli.status.parts import parts_of
from ingestion.cli.status.reader import METRIC_SECONDS, Snapshot, StatusReader

ACTIVE_SECONDS, IDLE_SECONDS = 2, 30
IDLE_AFTER_SECONDS = 60  # Without input on any page.
IDLE_METRIC_SECONDS = 600  # CloudWatch charges each metric that it returns.
LOCAL_METRIC_SECONDS = 5  # The emulator's logs are free, but counting them takes CPU.


class View(NamedTuple):
    """The last snapshot (None: there is none yet), and why the last read failed, if it did."""

    snapshot: Snapshot | None
    error: Exception | None

    def require_snapshot(self) -> None:
        """Raise the error of the first read."""
        if self.snapshot is None and self.error:
            raise self.error.with_traceback(None)  # All pages raise it: it must not grow.


@dataclass
class StatusFeed:
    """Reads every 2 s while someone acts, every 30 s after a minute without input.

    It reads only when a page asks, so without a page it makes no call. `clock` returns seconds.
    """

    clock: Callable[[], float] = time.monotonic
    _reader: StatusReader | None = None
    _view: View = field(default_factory=lambda: View(None, None))
    _read_at: float = -math.inf
    _acted_at: float = -math.inf
    _lock: Lock = field(default_factory=Lock)

    @property
    def is_idle(self) -> bool:
        """Return whether nobody acted for a minute."""
        return self.clock() - self._acted_at > IDLE_AFTER_SECONDS

    @property
    def seconds_to_next(self) -> float:
        """Return the time until the status has to be read again."""
        every = IDLE_SECONDS if self.is_idle else ACTIVE_SECONDS
        return max(0, self._read_at + every - self.clock())

    def note_input(self) -> bool:
        """Remember that someone acts. Return whether nobody did before."""
        was_idle = self.is_idle
        self._acted_at = self.clock()
        return was_idle

    def view(self, deployment: Deployment) -> View:
        """Return the status. Read it if that is due. Pages that ask during a read wait for it."""
        with self._lock:
            if not self.seconds_to_next:
                self._view = self._read(deployment)
                self._read_at = self.clock()
            return self._view

    def _read(self, deployment: Deployment) -> View:
        try:
            if self._reader is None:
                self._reader = StatusReader(deployment, (), self.clock)
            self._reader.parts = parts_of(deployment)  # The catalog may have changed.
            return View(self._reader.read(self._metric_seconds(deployment)), None)
        except EXPECTED as error:
            return View(self._view.snapshot, error)

    def _metric_seconds(self, deployment: Deployment) -> float:
        if deployment.endpoint_url:
            return LOCAL_METRIC_SECONDS
        return IDLE_METRIC_SECONDS if self.is_idle else METRIC_SECONDS

"""Reads the status of all parts at once."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.sources.actions import SourceState, read_states
from ingestion.cli.status.metrics.errors import LastError, last_error
from ingestion.cli.status.metrics.measured import Measured
from ingestion.cli.status.metrics.read import read_points
from ingestion.cli.status.metrics.refusals import Refusals, read_refusals
from ingestion.cli.status.metrics.series import RECENT, Points, metric_namespace, series_of
from ingestion.cli.status.parts import SOURCE, Part
from ingestion.cli.status.queues import read_queues
from ingestion.cli.status.status import Status, status_of
from ingestion.cli.status.trend import Trend, trend_of

METRIC_SECONDS = 60  # CloudWatch has one point a minute, and each metric that it returns costs.
MAX_ERRORS = 5  # At most so many logs are read for their errors.
_POOL_SIZE = 10


class Snapshot(NamedTuple):
    """The status of all parts at one time, and the last hour of each source.

    `measured_at` is when metrics and logs were read.
    """

    read_at: datetime
    statuses: list[Status]
    trends: Mapping[str, Trend] = {}
    measured_at: datetime | None = None


class Metrics(NamedTuple):
    """What was read from CloudWatch and from logs, and when."""

    read_at: datetime
    points: Points
    refusals: Mapping[str, Refusals]


@dataclass
class StatusReader:
    """Reads these parts of an environment, also again and again. Its methods raise boto3's errors.

    `clock` returns seconds. It decides when metrics are read again.
    """

    deployment: Deployment
    parts: Sequence[Part]
    clock: Callable[[], float] = time.monotonic
    _metrics: Metrics | None = None
    _metrics_at: float = -math.inf
    _errors: Mapping[str, LastError] = field(default_factory=dict)

    def read(self, metric_seconds: float | None = None) -> Snapshot:
        """Return the current status of each part.

        Metrics and logs may be older: up to `metric_seconds`, by default up to a minute on AWS.
        """
        now = datetime.now(UTC)
        with ThreadPoolExecutor(_POOL_SIZE) as pool:
            states = pool.submit(read_states, self.deployment, self._consumed_urls)
            queues = read_queues(self.deployment, self._queue_urls, pool)
            metrics = self._refresh_metrics(now, metric_seconds, pool)
            measured = self._measured(metrics.points)
            statuses = [
                status_of(
                    part,
                    queues,
                    measured[part.name],
                    states.result().get(part.name, SourceState(None, None)),
                    now,
                )
                for part in self.parts
            ]
            if metrics.read_at == now:
                self._errors = self._read_errors(statuses, pool)
        completed = [self._complete(status, metrics.refusals) for status in statuses]
        return Snapshot(now, completed, self._trends(measured, now), metrics.read_at)

    @property
    def _consumed_urls(self) -> dict[str, str]:
        return {part.name: part.queue_url for part in self.parts if part.queue_url}

    @property
    def _queue_urls(self) -> list[str]:
        urls = chain.from_iterable(
            (part.queue_url, part.dead_letter_queue_url) for part in self.parts
        )
        return [url for url in urls if url]

    def _measured(self, points: Points) -> dict[str, Measured]:
        namespace = metric_namespace(self.deployment)
        return {part.name: Measured.of(part, namespace, points) for part in self.parts}

    def _trends(self, measured: Mapping[str, Measured], now: datetime) -> dict[str, Trend]:
        sources = (part.name for part in self.parts if part.kind == SOURCE)
        return {name: trend_of(measured[name], now) for name in sources}

    def _refresh_metrics(
        self, now: datetime, seconds: float | None, pool: ThreadPoolExecutor
    ) -> Metrics:
        if seconds is None:
            seconds = 0 if self.deployment.endpoint_url else METRIC_SECONDS
        if self._metrics is None or self.clock() >= self._metrics_at + seconds:
            refusals = pool.submit(read_refusals, self.deployment, now - RECENT.length)
            namespace = metric_namespace(self.deployment)
            wanted = [s for part in self.parts for s in series_of(part, namespace).values()]
            points = read_points(self.deployment, self.parts, wanted, now, pool)
            self._metrics = Metrics(now, points, refusals.result())
            self._metrics_at = self.clock()
        return self._metrics

    def _read_errors(
        self, statuses: Sequence[Status], pool: ThreadPoolExecutor
    ) -> dict[str, LastError]:
        """Return the last error of the first parts whose function fails."""
        functions = {part.name: part.function for part in self.parts}
        failed = {s.name: s.last_failure_at for s in statuses if s.last_failure_at}
        read = {name: failed[name] for name in list(failed)[:MAX_ERRORS]}
        errors = pool.map(
            lambda name: last_error(self.deployment, functions[name] or "", read[name]), read
        )
        return {name: error for name, error in zip(read, errors, strict=True) if error}

    def _complete(self, status: Status, refusals: Mapping[str, Refusals]) -> Status:
        """Add what the logs say about a part."""
        if status.name in refusals:
            status = replace(status, refused_requests=refusals[status.name])
        error = self._errors.get(status.name) if status.last_failure_at else None
        return replace(status, error=error.text, error_at=error.time) if error else status

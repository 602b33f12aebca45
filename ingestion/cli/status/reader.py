"""Reads the status of all parts at once."""

import time
from collections.abc import Mapping, Sequence
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
from ingestion.cli.status.parts import Part
from ingestion.cli.status.queues import read_queues
from ingestion.cli.status.status import Status, status_of

METRIC_SECONDS = 60  # CloudWatch has one point a minute, and each metric that it returns costs.
MAX_ERRORS = 5  # At most so many logs are read for their errors.
_POOL_SIZE = 10  # The connections of a client.
_SERVICES = ("sqs", "lambda", "dynamodb", "cloudwatch", "logs")


class Snapshot(NamedTuple):
    """The status of all parts at one time."""

    read_at: datetime
    statuses: list[Status]


@dataclass
class StatusReader:
    """Reads these parts of an environment, also again and again. Its methods raise boto3's errors.

    Metrics of CloudWatch and refused requests are read at most once in `METRIC_SECONDS`.
    """

    deployment: Deployment
    parts: Sequence[Part]
    _points: Points = field(default_factory=dict)
    _refusals: Mapping[str, Refusals] = field(default_factory=dict)
    _expires_at: float = 0

    def read(self) -> Snapshot:
        """Return the current status of each part."""
        now, namespace = datetime.now(UTC), metric_namespace(self.deployment)
        for service in _SERVICES:
            self.deployment.client(service)  # Threads must not create clients.
        with ThreadPoolExecutor(_POOL_SIZE) as pool:
            states = pool.submit(read_states, self.deployment, self._consumed_urls)
            queues = read_queues(self.deployment, self._queue_urls, pool)
            self._refresh_metrics(now, pool)
            statuses = [
                status_of(
                    part,
                    queues,
                    Measured.of(part, namespace, self._points),
                    states.result().get(part.name, SourceState(None, None)),
                    now,
                )
                for part in self.parts
            ]
            return Snapshot(now, self._with_errors(self._with_refusals(statuses), pool))

    @property
    def _consumed_urls(self) -> dict[str, str]:
        return {part.name: part.queue_url for part in self.parts if part.queue_url}

    @property
    def _queue_urls(self) -> list[str]:
        urls = chain.from_iterable(
            (part.queue_url, part.dead_letter_queue_url) for part in self.parts
        )
        return [url for url in urls if url]

    def _refresh_metrics(self, now: datetime, pool: ThreadPoolExecutor) -> None:
        if time.monotonic() >= self._expires_at:
            refusals = pool.submit(read_refusals, self.deployment, now - RECENT.length)
            namespace = metric_namespace(self.deployment)
            wanted = [s for part in self.parts for s in series_of(part, namespace).values()]
            self._points = read_points(self.deployment, self.parts, wanted, now, pool)
            self._refusals = refusals.result()
            if not self.deployment.endpoint_url:
                self._expires_at = time.monotonic() + METRIC_SECONDS

    def _with_refusals(self, statuses: list[Status]) -> list[Status]:
        found = self._refusals
        return [
            replace(each, refused_requests=found[each.name]) if each.name in found else each
            for each in statuses
        ]

    def _with_errors(self, statuses: list[Status], pool: ThreadPoolExecutor) -> list[Status]:
        """Add the last error to the first parts whose function fails."""
        functions = {part.name: part.function for part in self.parts}
        failed = {s.name: s.last_failure_at for s in statuses if s.last_failure_at}
        read = {name: failed[name] for name in list(failed)[:MAX_ERRORS]}
        errors = pool.map(
            lambda name: last_error(self.deployment, functions[name] or "", read[name]), read
        )
        found = dict(zip(read, errors, strict=True))
        return [_with_error(status, found.get(status.name)) for status in statuses]


def _with_error(status: Status, error: LastError | None) -> Status:
    return replace(status, error=error.text, error_at=error.time) if error else status

"""Counts what became of the events of a source since a time, by reason where there is one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from ingestion.cli.dlq.names import REASONS, REJECTIONS
from ingestion.cli.environment import Deployment
from ingestion.cli.status.metrics.read import read_points
from ingestion.cli.status.metrics.series import Series, Window, metric_namespace
from ingestion.cli.status.parts import parts_of
from ingestion.store.outcomes import MOVED_BY_QUEUE

ACCEPTED, IGNORED, STORED = "EventAccepted", "EventIgnored", "EventStored"
SUPERSEDED, DUPLICATED, REDRIVEN = "EventSuperseded", "EventDuplicated", "EventRedriven"
REJECTED, QUARANTINED, DEAD_LETTERED = "EventRejected", "RequestQuarantined", "EventDeadLettered"
ROWS_REJECTED, COLUMNS_MISSING = "RowRejected", "ColumnMissing"
OTHER = "other"  # A reason that this version of the command does not know.

_TOTALS = (
    *(ACCEPTED, IGNORED, STORED, SUPERSEDED, DUPLICATED, REDRIVEN),
    *(ROWS_REJECTED, COLUMNS_MISSING),
)
_REASONS = {
    REJECTED: REJECTIONS,
    QUARANTINED: REJECTIONS,
    DEAD_LETTERED: (*REASONS, MOVED_BY_QUEUE),
}
_DAY = timedelta(days=1)
_POOL_SIZE = 10


class Counts(NamedTuple):
    """The sums by metric, and those of refusals by reason, without zeros."""

    totals: Mapping[str, int]
    by_reason: Mapping[str, Mapping[str, int]]

    @property
    def without_outcome(self) -> int:
        """Return how many accepted events have no counted outcome: docs/metrics.md, the ledger."""
        accepted, *outcomes = (
            sum(self.totals.get(metric, 0) for metric in metrics)
            for metrics in ((ACCEPTED, REDRIVEN), (STORED, SUPERSEDED, DUPLICATED, DEAD_LETTERED))
        )
        return max(accepted - sum(outcomes), 0)


def read_counts(deployment: Deployment, source: str, since: datetime, now: datetime) -> Counts:
    """Return the counts of a source, from its metrics. Raises boto3's errors."""
    window = Window(now - since, 60 if now - since <= _DAY else 3600)
    wanted = list(_series(metric_namespace(deployment), source, window))
    with ThreadPoolExecutor(_POOL_SIZE) as pool:
        parts = parts_of(deployment, [source])
        points = read_points(deployment, parts, wanted, now, pool, window.length)
    sums = {each: int(sum(point.value for point in points.get(each, ()))) for each in wanted}
    totals = Counter({each.metric: value for each, value in sums.items() if not each.reason})
    return Counts(totals, {metric: _by_reason(metric, sums) for metric in _REASONS})


def _series(namespace: str, source: str, window: Window) -> Iterator[Series]:
    for metric in (*_TOTALS, *_REASONS):
        total = Series(namespace, metric, "source", source, window=window)
        yield total
        yield from (total._replace(reason=reason) for reason in _REASONS.get(metric, ()))


def _by_reason(metric: str, sums: Mapping[Series, int]) -> Mapping[str, int]:
    of_metric = {each.reason: value for each, value in sums.items() if each.metric == metric}
    total = of_metric.pop("")
    rest = total - sum(of_metric.values())
    return {reason: count for reason, count in (of_metric | {OTHER: rest}).items() if count > 0}

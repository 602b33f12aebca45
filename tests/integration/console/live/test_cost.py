"""A page that stays open for a night costs less than ten cents, and reads no metrics too often."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.model import OperationModel

from ingestion.cli.console.live.feed import StatusFeed
from ingestion.cli.console.runtime import Runtime
from ingestion.cli.environment import Deployment
from tests.integration.console.measured import complete
from tests.integration.used_grants import RecordingSession
from tests.support.factories import Json

HOUR, NIGHT_HOURS, LIMIT_USD = 3600, 12, 0.10
# USD of one call, list prices. GetMetricData: of one metric that it returns.
PRICES = {
    "GetQueueAttributes": 0.50 / 1_000_000,  # Of FIFO queues; others cost 0.40 a million.
    "GetMetricData": 0.01 / 1_000,
    "GetItem": 0.1525 / 1_000_000,
    "ListEventSourceMappings": 0,
    "FilterLogEvents": 0,
}
QUEUE = dict.fromkeys(
    ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"), "0"
) | {"MessageRetentionPeriod": "1209600"}


@dataclass
class Clock:
    seconds: float = 0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Calls:
    """The calls by operation. A call of GetMetricData counts once for each metric."""

    counts: Counter[str]
    metric_reads: list[float]
    clock: Clock

    def count(self, params: Json, model: OperationModel, **_: Any) -> None:
        metrics = params.get("MetricDataQueries")
        self.counts[model.name] += len(metrics) if metrics else 1
        if metrics and self.clock.seconds not in self.metric_reads:
            self.metric_reads.append(self.clock.seconds)

    @property
    def cost_usd(self) -> float:
        return sum(PRICES[name] * count for name, count in self.counts.items())


def empty_queue(**_: Any) -> tuple[SimpleNamespace, Json]:
    """Answer for SQS, which would take most of the time of the test."""
    return SimpleNamespace(status_code=200), {"Attributes": QUEUE}


@pytest.fixture
def deployment(runtime: Runtime) -> Deployment:
    return complete(runtime.deployment)


@pytest.fixture
def calls(session: RecordingSession) -> Iterator[Calls]:
    calls = Calls(Counter(), [], Clock())
    with (
        session.hooked("before-parameter-build", calls.count),
        session.hooked("before-call.sqs.GetQueueAttributes", empty_queue),
    ):
        yield calls


def keep_open(feed: StatusFeed, deployment: Deployment, clock: Clock, seconds: float) -> int:
    """Keep a page open for a time. Return how often it read."""
    end, reads = clock.seconds + seconds, 0
    while clock.seconds < end:
        assert feed.view(deployment).error is None
        reads += 1
        clock.seconds += feed.seconds_to_next
    return reads


def test_a_page_that_is_left_open_for_a_night_costs_less_than_ten_cents(
    deployment: Deployment, calls: Calls
) -> None:
    feed = StatusFeed(calls.clock)
    feed.note_input()

    reads = keep_open(feed, deployment, calls.clock, HOUR)

    assert reads <= 60 / 2 + HOUR / 30 + 2
    assert len(calls.metric_reads) <= 1 + HOUR / 600
    # No later hour costs more: the person acted only in the first.
    assert calls.cost_usd * NIGHT_HOURS < LIMIT_USD, calls.counts


def test_while_someone_acts_metrics_are_read_once_a_minute_and_all_else_every_2_seconds(
    deployment: Deployment, calls: Calls
) -> None:
    feed, reads = StatusFeed(calls.clock), 0

    for _ in range(18):
        feed.note_input()
        reads += keep_open(feed, deployment, calls.clock, 10)

    assert reads == 90
    assert calls.metric_reads == [0, 60, 120]


def test_several_pages_share_one_read(deployment: Deployment, calls: Calls) -> None:
    feed = StatusFeed(calls.clock)
    feed.view(deployment)
    first = calls.counts.total()

    views = [feed.view(deployment) for _ in range(5)]

    assert len(set(map(id, views))) == 1
    assert calls.counts.total() == first

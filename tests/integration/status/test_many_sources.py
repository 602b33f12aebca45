"""`ingest status` of 98 sources: few calls, whatever the number of sources."""

from collections import Counter
from typing import Any

import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.status.parts import parts_of
from ingestion.cli.status.reader import StatusReader
from tests.integration.cloud import Cloud

SOURCES = [f"s{number}" for number in range(98)]


@pytest.fixture
def large(cloud: Cloud, deployment: Deployment) -> Deployment:
    """Make the queues of 98 sources, and return the outputs that name them."""
    fifo: Any = {"FifoQueue": "true"}
    urls = {
        source: cloud.sqs.create_queue(QueueName=f"{source}.fifo", Attributes=fifo)["QueueUrl"]
        for source in SOURCES
    }
    dead = {
        source: cloud.sqs.create_queue(QueueName=f"{source}-dlq.fifo", Attributes=fifo)["QueueUrl"]
        for source in SOURCES
    }
    workers = {source: f"{source}-worker" for source in SOURCES}
    return deployment.model_copy(
        update={
            "queue_urls": urls,
            "dead_letter_queue_urls": dead,
            "function_names": deployment.function_names | {"workers": workers},
        }
    )


def test_98_sources_take_two_calls_of_sqs_each_and_few_others(
    large: Deployment, calls: Counter[str]
) -> None:
    reader = StatusReader(large, parts_of(large))

    snapshot = reader.read()

    others = len(snapshot.statuses) - len(SOURCES)
    assert {status.name for status in snapshot.statuses} >= set(SOURCES)
    assert calls.pop("GetQueueAttributes") <= 2 * len(SOURCES) + 2 * others
    others_once = {"ListEventSourceMappings": 1, "GetItem": 1, "FilterLogEvents": 1}
    assert calls == {"GetMetricData": 4, **others_once}


def test_a_second_read_within_a_minute_reads_no_metrics(
    large: Deployment, calls: Counter[str]
) -> None:
    reader = StatusReader(large, parts_of(large))
    reader.read()
    first = calls["GetMetricData"]

    second = reader.read()

    assert len(second.statuses) > len(SOURCES)
    assert first == calls["GetMetricData"] > 0

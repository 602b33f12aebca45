"""Reads how many messages each queue holds."""

from collections.abc import Iterable
from concurrent.futures import Executor
from datetime import timedelta
from typing import Any, NamedTuple

from ingestion.cli.environment import Deployment

_VISIBLE, _IN_FLIGHT = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
_RETENTION = "MessageRetentionPeriod"


class QueueState(NamedTuple):
    """The messages of a queue as SQS counts them, and how long SQS keeps a message."""

    depth: int
    in_flight: int
    retention: timedelta


def read_queues(
    deployment: Deployment, urls: Iterable[str], pool: Executor
) -> dict[str, QueueState]:
    """Return the state of each queue by its URL, with one call for each queue."""
    client, wanted = deployment.client("sqs"), list(urls)
    return dict(zip(wanted, pool.map(lambda url: _read_queue(client, url), wanted), strict=True))


def _read_queue(client: Any, url: str) -> QueueState:
    names = [_VISIBLE, _IN_FLIGHT, _RETENTION]
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return QueueState(
        int(found[_VISIBLE]), int(found[_IN_FLIGHT]), timedelta(seconds=int(found[_RETENTION]))
    )

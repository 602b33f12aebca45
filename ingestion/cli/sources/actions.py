"""Close, open, pause and resume a source. Each action is audited before it happens."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.sources.mapping import (
    DISABLED,
    DISABLING,
    ENABLED,
    Mapping,
    read_mapping_states,
)
from ingestion.store.closed_sources import ClosedSources, Closing
from ingestion.syntax.times import timestamp

_AGE_MINUTES = 15  # CloudWatch publishes the age each minute while a queue is in use.


class SourceState(NamedTuple):
    """How a source is closed (None: it is open), and the state of its mapping (None: it has none).

    The operator has no path, so `closing` is always None for it.
    """

    closing: Closing | None
    mapping_state: str | None

    @property
    def is_paused(self) -> bool:
        """Return whether its worker stores nothing, or soon will store nothing."""
        return self.mapping_state in (DISABLED, DISABLING)


class Waiting(NamedTuple):
    """The messages in a queue, and when SQS deletes the oldest.

    The age of the oldest is None if CloudWatch does not know it. `expires_at` is then the latest
    possible time.
    """

    messages: int
    retention: timedelta
    oldest_age: timedelta | None

    @property
    def expires_at(self) -> datetime:
        """Return when SQS deletes the oldest message, or one that arrives now if there is none."""
        return datetime.now(UTC) + self.retention - (self.oldest_age or timedelta())


def closed_sources(deployment: Deployment) -> ClosedSources:
    """Return the item of the environment's table."""
    return ClosedSources(deployment.client("dynamodb"), deployment.table_name)


def read_states(deployment: Deployment, queue_urls: dict[str, str]) -> dict[str, SourceState]:
    """Return the state of each source or subscriber, given the URLs of their queues by name."""
    closings = closed_sources(deployment).read()
    mappings = read_mapping_states(deployment)
    return {
        name: SourceState(closings.get(name), mappings.get(url.rpartition("/")[2]))
        for name, url in queue_urls.items()
    }


def close_source(deployment: Deployment, source: str, retry_after_seconds: int) -> None:
    """Close a source. Its senders should repeat after this time."""
    closing = Closing(
        retry_after_seconds=retry_after_seconds, closed_at=timestamp(datetime.now(UTC))
    )
    subject = {"source": source, "retry_after_seconds": retry_after_seconds}
    deployment.audit_log.write("close_source", [subject])
    closed_sources(deployment).close(source, closing)


def open_source(deployment: Deployment, source: str) -> None:
    """Open a source."""
    deployment.audit_log.write("open_source", [{"source": source}])
    closed_sources(deployment).open(source)


def pause_source(deployment: Deployment, source: str) -> None:
    """Disable the mapping of a source, and wait until it is disabled. Raises MappingError."""
    mapping = Mapping.find(deployment, source)
    deployment.audit_log.write("pause_source", [{"source": source}])
    mapping.set_state(DISABLED)


def resume_source(deployment: Deployment, source: str) -> None:
    """Enable the mapping of a source, and wait until it is enabled. Raises MappingError."""
    mapping = Mapping.find(deployment, source)
    deployment.audit_log.write("resume_source", [{"source": source}])
    mapping.set_state(ENABLED)


def waiting_messages(deployment: Deployment, source: str) -> Waiting:
    """Return what waits in the queue of a source."""
    url = deployment.queue_urls[source]
    attributes = deployment.client("sqs").get_queue_attributes(
        QueueUrl=url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "MessageRetentionPeriod",
        ],
    )["Attributes"]
    retention = timedelta(seconds=int(attributes.pop("MessageRetentionPeriod")))
    messages = sum(map(int, attributes.values()))
    age = _oldest_age(deployment, url.rpartition("/")[2]) if messages else None
    return Waiting(messages, retention, age)


def _oldest_age(deployment: Deployment, queue: str) -> timedelta | None:
    """Return the age of the oldest message as CloudWatch last measured it, if it did."""
    now = datetime.now(UTC)
    points = deployment.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": queue}],
        StartTime=now - timedelta(minutes=_AGE_MINUTES),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    newest = max(points, key=lambda point: point["Timestamp"], default=None)
    return timedelta(seconds=newest["Maximum"]) if newest else None

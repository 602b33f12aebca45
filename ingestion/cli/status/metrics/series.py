"""The metrics that `status` reads for each part, by CloudWatch's names."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.status.parts import Part
from ingestion.telemetry.metrics import LAG_FROM_RECEIPT


class Window(NamedTuple):
    """How far back points are read, and the seconds of one point."""

    length: timedelta
    period_seconds: int


RECENT = Window(timedelta(minutes=15), 60)
LAST_HOUR = Window(timedelta(hours=1), 60)
HISTORY = Window(timedelta(days=14), 3600)
REFUSED_FILES = timedelta(days=1)  # Refused files are counted for this time.


class Series(NamedTuple):
    """One metric of one subject, in one window. With `reason`, only the values of this reason."""

    namespace: str
    metric: str
    dimension: str
    subject: str
    statistic: Literal["Sum", "Maximum"] = "Sum"
    window: Window = RECENT
    reason: str = ""


class Point(NamedTuple):
    """The value of a period that starts at this time."""

    time: datetime
    value: float


Role = Literal[
    "age",
    "failed_calls",
    "throttled_calls",
    "retried",
    "dead_lettered",
    "quarantined",
    "lag",
    "stored",
    "accepted",
    "accepted_before",
    "refused",
]
Points = Mapping[Series, Sequence[Point]]

THROTTLES = "Throttles"
_LAST_HOUR: dict[Role, str] = {
    "accepted": "EventAccepted",
    "stored": "EventStored",
    "dead_lettered": "EventDeadLettered",
    "quarantined": "RequestQuarantined",
}
_RETRIED = {
    "source": "RecordRetried",
    "subscriber": "DeliveryRetried",
    "changes": "ChangeRetried",
    "search": "ChangeIndexRetried",
}


def metric_namespace(deployment: Deployment) -> str:
    """Return the namespace of the platform's metrics, which begins the name of each function."""
    return str(deployment.function_names["api"]).removesuffix("-api")


def series_of(part: Part, namespace: str) -> dict[Role, Series]:
    """Return the metrics of a part."""
    return dict(_series(part, namespace))


def _series(part: Part, namespace: str) -> Iterator[tuple[Role, Series]]:
    if part.queue:
        metric = "ApproximateAgeOfOldestMessage"
        yield "age", Series("AWS/SQS", metric, "QueueName", part.queue, "Maximum")
    if part.function:
        yield "failed_calls", Series("AWS/Lambda", "Errors", "FunctionName", part.function)
        yield "throttled_calls", Series("AWS/Lambda", THROTTLES, "FunctionName", part.function)
    if part.kind in _RETRIED:
        yield "retried", Series(namespace, _RETRIED[part.kind], "source", part.name)
    if part.kind == "source":
        yield "lag", Series(namespace, LAG_FROM_RECEIPT, "source", part.name, "Maximum")
        for role, metric in _LAST_HOUR.items():
            yield role, Series(namespace, metric, "source", part.name, window=LAST_HOUR)
        accepted = Series(namespace, "EventAccepted", "source", part.name, window=HISTORY)
        yield "accepted_before", accepted
    if part.kind in ("source", "files"):
        yield "refused", Series(namespace, "FileRefused", "source", part.name, window=HISTORY)

"""Counts metrics in the logs of functions, because the local emulator makes none of their lines."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from pydantic_core import from_json

from ingestion.cli.environment import Deployment
from ingestion.cli.status.metrics.series import RECENT, Point, Points, Series
from ingestion.cli.status.parts import SOURCE, SUBSCRIBER, Part

LOCAL_HISTORY = timedelta(days=1)  # A local stack has few events, but keeps every line.
_MOST_LINES = 10_000  # The emulator returns no more, and no token for the next page.
_METRICS = "CloudWatchMetrics"  # Only lines with metrics contain it.
# A metric, the value of its only dimension, and a point.
_Value = tuple[str, str, Point]


class _Log(NamedTuple):
    """The log of a function to read. A consumer prints metrics in each call that does not fail."""

    function: str
    length: timedelta
    is_consumer: bool


def log_group(function: str) -> str:
    """Return the log group of a function."""
    return f"/aws/lambda/{function}"


def count_points(
    deployment: Deployment,
    parts: Collection[Part],
    wanted: Collection[Series],
    now: datetime,
    pool: Executor,
) -> Points:
    """Return the points of each series, one for each value in a line."""
    read = partial(_read_log, deployment.client("logs"), now)
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for values in pool.map(read, _logs(deployment, parts)):
        for metric, subject, point in values:
            found[metric, subject].append(point)
    return {
        series: [
            point
            for point in found.get((series.metric, series.subject), [])
            if point.time >= now - series.window.length
        ]
        for series in wanted
    }


def _logs(deployment: Deployment, parts: Collection[Part]) -> Iterator[_Log]:
    for name in ("api", "inserter", "extractor"):
        yield _Log(deployment.function_names[name], LOCAL_HISTORY, is_consumer=False)
    for part in parts:
        if part.function:
            yield _Log(part.function, RECENT.length, part.kind in (SOURCE, SUBSCRIBER))


def _read_log(client: Any, now: datetime, log: _Log) -> list[_Value]:
    pattern = "" if log.is_consumer else _METRICS
    since_ms = int((now - log.length).timestamp() * 1000)
    events = list(_events(client, log_group(log.function), since_ms, pattern))
    measured = [event for event in events if _METRICS in event["message"]]
    values = [value for event in measured for value in _values(from_json(event["message"]))]
    return [*values, *(_failed_calls(log.function, events, measured) if log.is_consumer else ())]


def _events(client: Any, group: str, since_ms: int, pattern: str) -> Iterator[dict[str, Any]]:
    """Yield the lines since a time. Those of one millisecond are taken from one call only."""
    while True:
        events = client.filter_log_events(
            logGroupName=group, startTime=since_ms, filterPattern=pattern
        )["events"]
        if len(events) < _MOST_LINES or events[-1]["timestamp"] == since_ms:
            yield from events
            return
        since_ms = events[-1]["timestamp"]
        yield from (event for event in events if event["timestamp"] < since_ms)


def _values(line: dict[str, Any]) -> Iterator[_Value]:
    """Yield the values of the metrics that have the dimension `source` alone."""
    time = datetime.fromtimestamp(line["_aws"]["Timestamp"] / 1000, UTC)
    for directive in line["_aws"][_METRICS]:
        if ["source"] in directive["Dimensions"]:
            for metric in directive["Metrics"]:
                for value in line[metric["Name"]]:
                    yield metric["Name"], line["source"], Point(time, value)


def _failed_calls(
    function: str, events: Collection[dict[str, Any]], measured: Collection[dict[str, Any]]
) -> Iterator[_Value]:
    """Yield a value of Lambda's metric `Errors` for each call that ended without metrics.

    The emulator has a log stream for each call, and no such metric for calls of a mapping.
    """
    succeeded = {event["logStreamName"] for event in measured}
    for event in events:
        if event["message"].startswith("REPORT ") and event["logStreamName"] not in succeeded:
            time = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
            yield "Errors", function, Point(time, 1)

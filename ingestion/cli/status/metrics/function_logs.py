"""Counts metrics in the logs of functions, because the local emulator makes none of their lines."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import Selection, log_group_of
from ingestion.cli.logs.line import LogLine
from ingestion.cli.logs.read import read_lines
from ingestion.cli.status.metrics.series import RECENT, Point, Points, Series
from ingestion.cli.status.parts import SOURCE, SUBSCRIBER, Part

LOCAL_HISTORY = timedelta(days=1)  # A local stack has few events, but keeps every line.
_METRICS = "CloudWatchMetrics"  # Only lines with metrics contain it.
# A metric, the value of its only dimension, and a point.
_Value = tuple[str, str, Point]


class _Log(NamedTuple):
    """The log of a function to read. A consumer prints metrics in each call that does not fail."""

    function: str
    length: timedelta
    is_consumer: bool


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
    selected = Selection(log.function, log_group_of(log.function))
    lines = list(read_lines(client, selected, since_ms, pattern))
    measured = [line for line in lines if _METRICS in line.text]
    values = [value for line in measured for value in _values(line.document)]
    return [*values, *(_failed_calls(log.function, lines, measured) if log.is_consumer else ())]


def _values(line: dict[str, Any]) -> Iterator[_Value]:
    """Yield the values of the metrics that have the dimension `source` alone."""
    time = datetime.fromtimestamp(line["_aws"]["Timestamp"] / 1000, UTC)
    for directive in line["_aws"][_METRICS]:
        if ["source"] in directive["Dimensions"]:
            for metric in directive["Metrics"]:
                for value in line[metric["Name"]]:
                    yield metric["Name"], line["source"], Point(time, value)


def _failed_calls(
    function: str, lines: Collection[LogLine], measured: Collection[LogLine]
) -> Iterator[_Value]:
    """Yield a value of Lambda's metric `Errors` for each call that ended without metrics.

    The emulator has a log stream for each call, and no such metric for calls of a mapping.
    """
    succeeded = {line.stream for line in measured}
    for line in lines:
        if line.text.startswith("REPORT ") and line.stream not in succeeded:
            time = datetime.fromtimestamp(line.time_ms / 1000, UTC)
            yield "Errors", function, Point(time, 1)

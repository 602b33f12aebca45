"""Counts metrics in the logs of functions, because the local emulator makes none of their lines."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from ingestion.cli.environment import Deployment
from ingestion.cli.logs import emulator_log
from ingestion.cli.logs.functions import Selection, log_group_of
from ingestion.cli.logs.read import read_lines
from ingestion.cli.status.metrics.series import LAST_HOUR, Point, Points, Series
from ingestion.cli.status.parts import Part

LOCAL_HISTORY = timedelta(days=1)  # A local stack has few events, but keeps every line.
_METRICS = "CloudWatchMetrics"  # Only lines with metrics contain it.
# A metric, its source, its reason if it has one, and a point.
_Value = tuple[str, str, str, Point]
_DIMENSIONS = (["source"], ["source", "reason"])


class _Log(NamedTuple):
    """The log of a function to read."""

    function: str
    length: timedelta


def count_points(
    deployment: Deployment,
    parts: Collection[Part],
    wanted: Collection[Series],
    now: datetime,
    pool: Executor,
    worker_history: timedelta = LAST_HOUR.length,
) -> Points:
    """Return the points of each series, one for each value in a line.

    The logs of workers are read for `worker_history`, and the other logs for `LOCAL_HISTORY`.
    """
    read = partial(_read_log, deployment.client("logs"), now)
    found: dict[tuple[str, str, str], list[Point]] = defaultdict(list)
    for values in pool.map(read, _logs(deployment, parts, worker_history)):
        for metric, subject, reason, point in values:
            found[metric, subject, reason].append(point)
    for call in emulator_log.failed_calls(deployment):
        found["Errors", call.function, ""].append(Point(call.time, 1))
    return {
        series: [
            point
            for point in found.get((series.metric, series.subject, series.reason), [])
            if point.time >= now - series.window.length
        ]
        for series in wanted
    }


def _logs(
    deployment: Deployment, parts: Collection[Part], worker_history: timedelta
) -> Iterator[_Log]:
    for name in ("api", "inserter", "extractor"):
        yield _Log(deployment.function_names[name], LOCAL_HISTORY)
    for part in parts:
        if part.function:
            yield _Log(part.function, worker_history)


def _read_log(client: Any, now: datetime, log: _Log) -> list[_Value]:
    since_ms = int((now - log.length).timestamp() * 1000)
    selected = Selection(log.function, log_group_of(log.function))
    lines = read_lines(client, selected, since_ms, _METRICS)
    measured = (line for line in lines if _METRICS in line.text)
    return [value for line in measured for value in _values(line.document)]


def _values(line: dict[str, Any]) -> Iterator[_Value]:
    """Yield the values of the metrics by source, and by source and reason."""
    time = datetime.fromtimestamp(line["_aws"]["Timestamp"] / 1000, UTC)
    for directive in line["_aws"][_METRICS]:
        names = [metric["Name"] for metric in directive["Metrics"]]
        values = [(name, Point(time, value)) for name in names for value in line[name]]
        for dimensions in filter(_DIMENSIONS.__contains__, directive["Dimensions"]):
            reason = line["reason"] if "reason" in dimensions else ""
            yield from ((name, line["source"], reason, point) for name, point in values)

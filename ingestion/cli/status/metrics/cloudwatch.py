"""Reads metrics from CloudWatch, 500 in one call."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor
from datetime import datetime
from functools import partial
from typing import Any

from ingestion.cli.environment import Deployment
from ingestion.cli.status.metrics.series import Point, Points, Series, Window

MAX_QUERIES = 500  # CloudWatch: the most of one call.


def read_points(
    deployment: Deployment, wanted: Collection[Series], now: datetime, pool: Executor
) -> Points:
    """Return the points of each series that has any."""
    by_window: dict[Window, list[Series]] = defaultdict(list)
    for series in wanted:
        by_window[series.window].append(series)
    chunks = [
        (window, found[first : first + MAX_QUERIES])
        for window, found in by_window.items()
        for first in range(0, len(found), MAX_QUERIES)
    ]
    read = partial(_read_chunk, deployment.client("cloudwatch"), now)
    points: dict[Series, list[Point]] = defaultdict(list)
    for pairs in pool.map(read, *zip(*chunks, strict=True)) if chunks else ():
        for series, point in pairs:
            points[series].append(point)
    return points


def _read_chunk(
    client: Any, now: datetime, window: Window, chunk: Sequence[Series]
) -> list[tuple[Series, Point]]:
    queries = [_query(number, series) for number, series in enumerate(chunk)]
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=now - window.length, EndTime=now
    )
    return [
        (chunk[int(result["Id"][1:])], point)
        for page in pages
        for result in page["MetricDataResults"]
        for point in _points(result)
    ]


def _query(number: int, series: Series) -> dict[str, Any]:
    dimensions = {series.dimension: series.subject}
    if series.reason:
        dimensions["reason"] = series.reason
    metric = {
        "Namespace": series.namespace,
        "MetricName": series.metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
    }
    stat = {"Metric": metric, "Period": series.window.period_seconds, "Stat": series.statistic}
    return {"Id": f"q{number}", "MetricStat": stat}


def _points(result: Any) -> Iterator[Point]:
    return map(Point, result["Timestamps"], result["Values"])

"""Reads metrics from CloudWatch, or locally from the logs of the functions."""

from collections.abc import Collection
from concurrent.futures import Executor
from datetime import datetime, timedelta

from ingestion.cli.environment import Deployment
from ingestion.cli.status.metrics import cloudwatch, function_logs
from ingestion.cli.status.metrics.series import LAST_HOUR, THROTTLES, Points, Series
from ingestion.cli.status.parts import Part


def read_points(
    deployment: Deployment,
    parts: Collection[Part],
    wanted: Collection[Series],
    now: datetime,
    pool: Executor,
    worker_history: timedelta = LAST_HOUR.length,
) -> Points:
    """Return the points of each series of these parts.

    The emulator has one metric only, so count the others. Locally, `worker_history` limits how far
    back the lines of workers are counted.
    """
    if not deployment.endpoint_url:
        return cloudwatch.read_points(deployment, wanted, now, pool)
    throttles = [series for series in wanted if series.metric == THROTTLES]
    return {
        **function_logs.count_points(deployment, parts, wanted, now, pool, worker_history),
        **cloudwatch.read_points(deployment, throttles, now, pool),
    }

"""What the platform says of itself: one log line of keys for an outcome, one of metrics a call."""

from collections.abc import Mapping
from functools import cache

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit


@cache
def logger() -> Logger:
    """The structured logger; its service and level come from Powertools' own variables."""
    return Logger()


def report(source: str, counts: Mapping[str, int], **context: object) -> None:
    """Print what was counted as one CloudWatch EMF line by source, with `context` beside it.

    Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    if not any(counts.values()):
        return
    metrics = EphemeralMetrics()
    metrics.add_dimension("source", source)
    for name, count in counts.items():
        if count:
            metrics.add_metric(name, MetricUnit.Count, count)
    for key, value in context.items():
        if value:
            metrics.add_metadata(key, value)
    metrics.flush_metrics()

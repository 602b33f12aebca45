"""Puts metrics into CloudWatch, as AWS and the functions do."""

from datetime import UTC, datetime, timedelta

import boto3

from tests.support.factories import Json
from tests.support.terraform.planned import Plan

SQS, LAMBDA = ("AWS/SQS", "QueueName"), ("AWS/Lambda", "FunctionName")


def put_metric(
    kind: tuple[str, str],
    metric: str,
    subject: str,
    value: float,
    *,
    minutes_ago: float = 2,
    reason: str = "",
) -> None:
    """Put one value of a metric of a namespace, with one dimension, or also by reason."""
    namespace, dimension = kind
    dimensions = {dimension: subject} | ({"reason": reason} if reason else {})
    datum: Json = {
        "MetricName": metric,
        "Dimensions": [{"Name": name, "Value": text} for name, text in dimensions.items()],
        "Timestamp": datetime.now(UTC) - timedelta(minutes=minutes_ago),
        "Value": value,
    }
    boto3.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])


def platform(plan: Plan) -> tuple[str, str]:
    """Return the namespace of the platform's metrics as functions print it, and its dimension."""
    return plan.functions[0].environment["POWERTOOLS_METRICS_NAMESPACE"], "source"

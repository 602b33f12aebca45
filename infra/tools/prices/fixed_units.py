"""Counts what costs money each month, whether or not events arrive."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from infra.tools.prices.price_list import Units
from ingestion.catalog import Catalog

# With maximum_concurrency Lambda polls a queue with five pollers, and a receive waits 20 seconds.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
POLLERS = 5
RECEIVES_A_MINUTE = 3
MINUTES_A_MONTH = 60 * 730
MILLION_POLLS = POLLERS * RECEIVES_A_MINUTE * MINUTES_A_MONTH / 1_000_000

# In normal operation: EventAccepted, EventStored, LagFromEvent and LagFromReceipt.
NORMAL_METRICS = 4


class Resource(NamedTuple):
    """A planned resource and its values."""

    address: str
    type: str
    values: dict[str, Any]


def resources_of(plan: dict[str, Any]) -> list[Resource]:
    """Return the resources that a plan, given as Terraform's JSON, creates or keeps."""
    return [
        Resource(resource["address"], resource["type"], resource["change"]["after"])
        for resource in plan["resource_changes"]
        if resource["mode"] == "managed" and resource["change"]["after"] is not None
    ]


def _metrics_of_alarm(values: dict[str, Any]) -> float:
    return sum(bool(query["metric"]) for query in values["metric_query"] or []) or 1


def _million_polls(values: dict[str, Any]) -> float:
    """Return the receives of a month. Reading a table's stream costs nothing."""
    return 0 if values["starting_position"] else MILLION_POLLS


def _one(_: dict[str, Any]) -> float:
    return 1


_COUNTED: tuple[tuple[str, str, Callable[[dict[str, Any]], float], str], ...] = (
    ("metrics that alarms read", "aws_cloudwatch_metric_alarm", _metrics_of_alarm, "alarm_metric"),
    ("dashboards", "aws_cloudwatch_dashboard", _one, "dashboard"),
    ("encryption keys", "aws_kms_key", _one, "encryption_key"),
    ("secrets", "aws_secretsmanager_secret", _one, "secret"),
    ("firewalls", "aws_wafv2_web_acl", _one, "firewall"),
    ("firewall rules", "aws_wafv2_web_acl", lambda acl: len(acl["rule"]), "firewall_rule"),
    (
        "polls of queues, million",
        "aws_lambda_event_source_mapping",
        _million_polls,
        "queue_requests",
    ),
)


def fixed_units(resources: Iterable[Resource]) -> list[Units]:
    """Return the units of the resources that cost money while they exist."""
    found = list(resources)
    counted = [
        Units(label, sum(amount_of(each.values) for each in found if each.type == type_), price)
        for label, type_, amount_of, price in _COUNTED
    ]
    return [units for units in counted if units.amount]


def resources_of_source(resources: Iterable[Resource], source: str) -> list[Resource]:
    """Return the resources that exist only because of a source, with the alarms that watch it."""
    found = list(resources)
    index = f'["{source}"]'
    own = [
        each
        for each in found
        if index in each.address and not each.address.startswith("module.subscriber[")
    ]
    names = {each.values.get(key) for each in own for key in ("name", "function_name")}
    return own + [each for each in found if _watched(each) & (names | {source})]


def _watched(resource: Resource) -> set[Any]:
    """Return the values of the dimensions of an alarm's metrics."""
    if resource.type != "aws_cloudwatch_metric_alarm":
        return set()
    queries = resource.values["metric_query"] or []
    metrics = [resource.values, *(metric for query in queries for metric in query["metric"] or [])]
    return {value for metric in metrics for value in (metric["dimensions"] or {}).values()}


def metrics_of_source(catalog: Catalog, source: str) -> Units:
    """Return the metrics of a source in normal operation; several entities add one set each."""
    sets = 1 if catalog.has_one_entity(source) else 1 + len(catalog.sources[source].entities)
    return Units("custom metrics, while events arrive", NORMAL_METRICS * sets, "custom_metric")

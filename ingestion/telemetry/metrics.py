"""What the platform says of itself: one line of keys for an outcome, from which metrics are made.

A key with a number is counted by a filter of the function's log group, which infra/modules/metrics
has for each metric. Filters read no lists: a line that has several values of one says so in EMF.
"""

import os
import sys
import time
from collections.abc import Mapping
from itertools import zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

Counts = Mapping[str, int]
Values = Mapping[str, int | list[int]]  # A list holds a lag's values, 100 at most.

LAG_FROM_EVENT = "LagFromEvent"
LAG_FROM_RECEIPT = "LagFromReceipt"
_NONE: Mapping[str, Any] = MappingProxyType({})
_BY_ENTITY = [["source"], ["source", "entity"]]


def logger() -> "Logger":
    """The structured logger; its service and level come from Powertools' own variables."""
    # It is for what goes wrong: no start of a queue's function pays 30 ms for it.
    from aws_lambda_powertools import Logger

    return Logger()


def say(**keys: Any) -> None:
    """Print a line of keys; those without a value are left out."""
    _print({key: value for key, value in keys.items() if value})


def each(metric: str, counts: Counts) -> Mapping[str, Counts]:
    """What was counted as one metric, by entity or by reason."""
    return {label: {metric: count} for label, count in counts.items()}


def report(
    source: str,
    counts: Counts,
    *,
    by_entity: Mapping[str, Values] = _NONE,
    by_reason: Mapping[str, Counts] = _NONE,
    **context: object,
) -> None:
    """Print what was counted as metrics of the source, with `context` beside them.

    What has an entity or a reason is counted with and without it. A line holds one entity and one
    reason at most: further ones take further lines.
    """
    for plain, entity, reason in zip_longest([counts], by_entity.items(), by_reason.items()):
        labels: dict[str, Any] = {}
        found = _counted(plain or {})
        for label, entry in (("entity", entity), ("reason", reason)):
            if entry and (of_it := _counted(entry[1])):
                labels[label] = entry[0]
                found |= of_it
        if found:
            said = {key: value for key, value in context.items() if value}
            _print({"source": source, **labels, **found, **said, **_embedded(found)})


def _counted(values: Values) -> dict[str, int | list[int]]:
    """What is not nothing; a single value as the number that it is."""
    return {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in values.items()
        if value
    }


def _embedded(found: Values) -> dict[str, Any]:
    """What makes metrics of the lists, if there are any: lags, which have an entity.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    several = [name for name, value in found.items() if isinstance(value, list)]
    if not several:
        return {}
    directive = {
        # Powertools' own variable, as those of the logger.
        "Namespace": os.environ["POWERTOOLS_METRICS_NAMESPACE"],
        "Dimensions": _BY_ENTITY,
        "Metrics": [{"Name": name, "Unit": "Milliseconds"} for name in several],
    }
    return {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}}


def _print(line: Mapping[str, Any]) -> None:
    # In one call: Lambda sends on at once whatever a call hands it.
    sys.stdout.write(f"{to_json(line).decode()}\n")

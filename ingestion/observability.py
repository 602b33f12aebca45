"""What the platform says of itself: one line of keys for an outcome, metrics included."""

import os
import sys
import time
from collections.abc import Mapping
from functools import cache
from itertools import zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

Counts = Mapping[str, int | list[int]]  # A list holds a metric's several values, 100 at most.
Labelled = Mapping[str, Counts]

LAG_FROM_EVENT = "LagFromEvent"
LAG_FROM_RECEIPT = "LagFromReceipt"
_UNITS = dict.fromkeys([LAG_FROM_EVENT, LAG_FROM_RECEIPT], "Milliseconds")
_NONE: Labelled = MappingProxyType({})
_BY_SOURCE = [["source"]]
_BY_ENTITY = [["source"], ["source", "entity"]]
_BY_REASON = [["source"], ["source", "reason"]]


@cache
def logger() -> "Logger":
    """The structured logger; its service and level come from Powertools' own variables."""
    # It is for what goes wrong: no start of a queue's function pays 30 ms for it.
    from aws_lambda_powertools import Logger

    return Logger()


def say(**keys: Any) -> None:
    """Print a line of keys; those without a value are left out."""
    line = {key: value for key, value in keys.items() if value}
    # In one call: Lambda sends on at once whatever a call hands it.
    sys.stdout.write(f"{to_json(line).decode()}\n")


def each(metric: str, counts: Mapping[str, int]) -> Labelled:
    """What was counted as one metric, by entity or by reason."""
    return {label: {metric: count} for label, count in counts.items()}


def report(
    source: str,
    counts: Counts,
    *,
    by_entity: Labelled = _NONE,
    by_reason: Labelled = _NONE,
    milliseconds: int | None = None,
    **context: object,
) -> None:
    """Print what was counted as metrics of the source, with `context` beside them.

    What has an entity or a reason is counted with and without it. A line holds one entity and one
    reason at most: further ones take further lines. The time is now, unless told (since 1970).

    Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    for plain, entity, reason in zip_longest([counts], by_entity.items(), by_reason.items()):
        directives: list[dict[str, Any]] = []
        members: dict[str, Any] = {"source": source}
        for dimensions, label, counted in (
            (_BY_SOURCE, {}, plain or {}),
            (_BY_ENTITY, *_labelled("entity", entity)),
            (_BY_REASON, *_labelled("reason", reason)),
        ):
            if found := {name: value for name, value in counted.items() if value}:
                directives.append(_directive(dimensions, found))
                members |= label | found
        if directives:
            now = int(time.time() * 1000) if milliseconds is None else milliseconds
            emf = {"Timestamp": now, "CloudWatchMetrics": directives}
            say(_aws=emf, **members, **context)


def _labelled(dimension: str, entry: tuple[str, Counts] | None) -> tuple[dict[str, str], Counts]:
    return ({dimension: entry[0]}, entry[1]) if entry else ({}, {})


def _directive(dimensions: list[list[str]], counts: Counts) -> dict[str, Any]:
    return {
        # Powertools' own variable, as those of the logger.
        "Namespace": os.environ["POWERTOOLS_METRICS_NAMESPACE"],
        "Dimensions": dimensions,
        "Metrics": [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in counts],
    }

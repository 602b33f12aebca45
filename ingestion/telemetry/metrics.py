"""Prints metrics in CloudWatch's embedded metric format (EMF)."""

from collections.abc import Mapping
from functools import cache

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

Counts = Mapping[str, int]
Values = Mapping[str, int | list[int]]  # A number is a count, a list holds lags in milliseconds.

LAG_FROM_EVENT = "LagFromEvent"
LAG_FROM_RECEIPT = "LagFromReceipt"


def metric_by_label(metric: str, counts: Counts) -> Mapping[str, Counts]:
    """Return the counts as values of one metric, by entity or by reason."""
    return {label: {metric: count} for label, count in counts.items()}


def print_metrics(
    source: str,
    counts: Values,
    *,
    of_all_sources: Mapping[str, int] = {},
    by_entity: Mapping[str, Values] = {},
    by_reason: Mapping[str, Counts] = {},
    has_one_entity: bool = False,
    **context: object,
) -> None:
    """Print metrics of the source, with `context` beside them.

    Metrics by reason are also metrics of the source, and so are metrics by entity. A source that
    has one entity has no metrics by entity: they would repeat the metrics of the source. Metrics of
    all sources are metrics of the source, and without dimensions the sum of all sources. Each
    entity, each reason and the sums take a line, because a line has one set of labels for all its
    metrics.
    """
    _print_line(source, counts, {}, context)
    _print_line(source, of_all_sources, {}, context, has_sum=True)
    for entity, values in by_entity.items():
        _print_line(source, values, {} if has_one_entity else {"entity": entity}, context)
    for reason, of_reason in by_reason.items():
        _print_line(source, of_reason, {"reason": reason}, context)


def _print_line(
    source: str,
    values: Values,
    labels: Mapping[str, str],
    context: Mapping[str, object],
    *,
    has_sum: bool = False,
) -> None:
    """Print one line, or none if all counts are zero."""
    if not any(values.values()):
        return
    metrics = line_buffer()
    metrics.add_dimension("source", source)
    if labels:
        metrics.add_dimensions(source=source, **labels)
    if has_sum:
        metrics.dimension_sets.append({})  # `add_dimensions` refuses a set without dimensions.
    for key, found in context.items():
        if found:
            metrics.add_metadata(key, found)
    for name, value in values.items():
        if isinstance(value, list):
            for lag in value:
                metrics.add_metric(name, MetricUnit.Milliseconds, lag)
        elif value:
            metrics.add_metric(name, MetricUnit.Count, value)
    metrics.flush_metrics()


@cache
def line_buffer() -> EphemeralMetrics:
    """Return the buffer of one line. `flush_metrics` empties it."""
    return EphemeralMetrics(service="")  # Without the dimension `service`.

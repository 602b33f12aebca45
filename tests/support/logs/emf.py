"""CloudWatch's embedded metric format, after its specification, and what lines of it say.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from infra.tools.paths import ROOT

RUNBOOK = ROOT / "docs" / "operations.md"
METRICS = ROOT / "docs" / "metrics.md"
_ROW = re.compile(r"^\| (`[A-Z]\w+`[^|]*) \| (source[^|]*) \| ([^|]+) \|$", re.MULTILINE)

_NAME = {"type": "string", "minLength": 1, "maxLength": 255}
_METRIC = {
    "type": "object",
    "required": ["Name"],
    "additionalProperties": False,
    "properties": {"Name": _NAME, "Unit": {"enum": ["Count", "Milliseconds"]}},
}
_DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "additionalProperties": False,
    "properties": {
        "Namespace": _NAME,
        "Dimensions": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "array", "items": _NAME, "maxItems": 9, "uniqueItems": True},
        },
        "Metrics": {"type": "array", "items": _METRIC, "minItems": 1, "maxItems": 100},
    },
}
_DOCUMENT = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "additionalProperties": False,
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {"type": "array", "items": _DIRECTIVE, "minItems": 1},
            },
        }
    },
}
_DIMENSION = {"type": "string", "minLength": 1, "maxLength": 1024}
_VALUE = {
    "anyOf": [
        {"type": "number"},
        {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 100},
    ]
}


class Datum(NamedTuple):
    """A value of a metric. `dimensions` are names and values, sorted by name."""

    namespace: str
    metric: str
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    value: float


def check(line: Any) -> None:
    """Raise ValidationError if the line, or a member that it names, breaks the format."""
    _valid(line, _DOCUMENT)
    for directive in _directives(line):
        names = {metric["Name"]: _VALUE for metric in directive["Metrics"]}
        named = dict.fromkeys(
            (name for names in directive["Dimensions"] for name in names), _DIMENSION
        )
        _valid(line, {"properties": names | named, "required": [*names, *named]})


def _valid(line: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator(schema).validate(line)


def data(line: Any) -> Iterator[Datum]:
    """Return the values that CloudWatch reads from a line of this format. Raises like `check`."""
    if "_aws" not in line:
        return
    check(line)
    for directive in _directives(line):
        for metric, names in product(directive["Metrics"], directive["Dimensions"]):
            values = line[metric["Name"]]
            for value in values if isinstance(values, list) else [values]:
                yield Datum(
                    directive["Namespace"],
                    metric["Name"],
                    metric.get("Unit", "None"),
                    tuple((name, line[name]) for name in sorted(names)),
                    value,
                )


def published(lines: Iterable[Any]) -> Counter[tuple[str, ...]]:
    """Return counts by metric and the values of its dimensions, the source first.

    A sum of all sources has no dimensions. Every number in the lines is a metric: those whose key
    has a capital letter.
    """
    counts: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        found = list(data(line))
        assert {key for key in line if key[0].isupper()} == {datum.metric for datum in found}, line
        for datum in found:
            if datum.unit == "Count":
                # No other dimension's name comes after it.
                counts[datum.metric, *(text for _, text in reversed(datum.dimensions))] += int(
                    datum.value
                )
    return counts


def series(lines: Iterable[Any]) -> set[tuple[str, ...]]:
    """Return each metric of the lines, with the names of each set of its dimensions."""
    return {(datum.metric, *dict(datum.dimensions)) for line in lines for datum in data(line)}


def documented() -> dict[str, set[tuple[str, ...]]]:
    """Return the series of the table in docs/metrics.md, by the functions that it names."""
    found: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for names, sets, functions in _ROW.findall(METRICS.read_text()):
        for metric, labels in product(re.findall(r"`([A-Z]\w+)`", names), sets.split("; ")):
            for function in functions.split(", "):
                dimensions = [] if labels == "none" else sorted(labels.split(", "))
                found[function].add((metric, *dimensions))
    return found


def _directives(line: Any) -> list[Any]:
    directives: list[Any] = line["_aws"]["CloudWatchMetrics"]
    return directives

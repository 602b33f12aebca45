"""CloudWatch Logs' metric filters, as Terraform plans them, and what they make of lines.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.support import emf
from tests.support.emf import Datum
from tests.support.planned import Json, Plan

_PATTERN = re.compile(r"\{ \(\$\.\w+ = \*\)( && \(\$\.\w+ = \*\))* \}")
_UNITS = {"Count", "Milliseconds"}


@dataclass(frozen=True)
class Filter:
    """What makes one metric of the lines that have all of `keys`."""

    keys: frozenset[str]
    namespace: str
    metric: str
    unit: str
    value: str
    dimensions: dict[str, str]

    @classmethod
    def of(cls, planned: Json) -> "Filter":
        """What is planned. Raises AssertionError for what AWS refuses, or does without a word."""
        [made] = planned["metric_transformation"]
        assert re.fullmatch(r"[^:*]{1,512}", planned["name"])
        assert _PATTERN.fullmatch(planned["pattern"]), planned["pattern"]
        assert len(planned["pattern"]) <= 1024
        assert made["unit"] in _UNITS
        assert made["default_value"] is None, "none goes with dimensions"
        assert 1 <= len(made["dimensions"]) <= 3
        keys = frozenset(re.findall(r"\$\.(\w+)", planned["pattern"]))
        read = [made["value"], *made["dimensions"].values()]
        assert {f"$.{key}" for key in keys} == set(read), "a key must be there to be read"
        return cls(
            keys=keys,
            namespace=made["namespace"],
            metric=made["name"],
            unit=made["unit"],
            value=made["value"][2:],
            dimensions={name: key[2:] for name, key in made["dimensions"].items()},
        )

    def data(self, line: Any) -> Iterator[Datum]:
        """What it makes of a line: nothing where a key is missing or holds no single value."""
        read = {key: line.get(key) for key in self.keys}
        if any(value is None or isinstance(value, list | dict) for value in read.values()):
            return
        assert isinstance(read[self.value], int), self
        dimensions = tuple((name, read[key]) for name, key in sorted(self.dimensions.items()))
        assert all(isinstance(value, str) and value for _, value in dimensions), self
        yield Datum(self.namespace, self.metric, self.unit, dimensions, read[self.value])


def filters_of(plan: Plan, module: str) -> list[Filter]:
    """Those of the log of the functions that run a module, each of which has the same."""
    groups = {it.values["name"] for it in plan.of_type("aws_cloudwatch_log_group")}
    planned = [it.values for it in plan.of_type("aws_cloudwatch_log_metric_filter")]
    assert {it["log_group_name"] for it in planned} <= groups
    [found, *others] = [
        [Filter.of(it) for it in planned if it["log_group_name"] == f"/aws/lambda/{function.name}"]
        for function in plan.functions()
        if function.handler == f"ingestion.handlers.{module}.handler"
    ]
    assert all(other == found for other in others)
    assert len(found) <= 100, "a log group has no more"
    return found


def all_filters(plan: Plan) -> list[Filter]:
    """Those of all functions, each metric's once."""
    modules = {function.handler.split(".")[2] for function in plan.functions()}
    found = [it for module in modules for it in filters_of(plan, module)]
    return list({(it.metric, *it.dimensions): it for it in found}.values())


def data(lines: Iterable[Any], found: Iterable[Filter]) -> list[Datum]:
    """What CloudWatch makes of the lines of one log. No count in them may come to nothing."""
    by = list(found)
    made: list[Datum] = []
    for line in lines:
        of_line = [*emf.data(line), *(it for each in by for it in each.data(line))]
        assert {key for key in line if key[0].isupper()} == {it.metric for it in of_line}, line
        made += of_line
    return made


def published(lines: Iterable[Any], found: Iterable[Filter]) -> Counter[tuple[str, ...]]:
    """Counts by metric and the values of its dimensions, the source first."""
    counts: Counter[tuple[str, ...]] = Counter()
    for it in data(lines, found):
        if it.unit == "Count":
            # No other dimension's name comes after it.
            counts[it.metric, *(value for _, value in reversed(it.dimensions))] += int(it.value)
    return counts

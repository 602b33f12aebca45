"""Reads a plan of the whole platform, and evaluates its alarms minute by minute."""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.tools.deploy import terraform
from infra.tools.paths import INFRA
from tests.support.terraform.terraform_test import Resource, planned

Line = list[float | None]
Minutes = Mapping[str, Mapping[int, float]]

_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Eq: operator.eq,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True)
class Plan:
    """The plan of infra/tests/plans, with mocks instead of AWS."""

    resources: list[Resource]

    @classmethod
    def made(cls, data: Path) -> "Plan":
        variables = {"TF_DATA_DIR": str(data)}
        tests = "-test-directory=tests/plans"
        terraform.init(INFRA, variables, "-backend=false", tests)
        return cls(planned(INFRA, variables, tests).resources)

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [resource.values for resource in self.resources if resource.type == kind]

    def names(self, kind: str, attribute: str = "name") -> set[str]:
        return {resource[attribute] for resource in self.all(kind)}

    def alarm(self, name: str) -> dict[str, Any]:
        alarms = self.all("aws_cloudwatch_metric_alarm")
        [found] = [alarm for alarm in alarms if alarm["alarm_name"] == name]
        return found


def metrics_of(alarm: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the metrics of an alarm, with the names that its expressions use."""
    for query in alarm["metric_query"]:
        for metric in query["metric"]:
            yield query["id"], metric


def rings(alarm: Mapping[str, Any], minutes: Minutes, until: int) -> bool:
    """Return whether the alarm of expressions starts at any minute up to `until`.

    Like CloudWatch, evaluate it every minute, over whole periods that end at that minute, and read
    a few periods more than are judged. `minutes` has numbers by metric name. Other numbers are
    missing.
    """
    return any(_rings_at(alarm, minutes, now) for now in range(until + 1))


def _rings_at(alarm: Mapping[str, Any], minutes: Minutes, now: int) -> bool:
    metrics = dict(metrics_of(alarm))
    [period] = {metric["period"] // 60 for metric in metrics.values()}
    count = alarm["evaluation_periods"]
    ends = [now - period * back for back in reversed(range(count + 2))]
    lines: dict[str, Line] = {
        name: [_sum(minutes.get(metric["metric_name"], {}), end, period) for end in ends]
        for name, metric in metrics.items()
    }
    queries = alarm["metric_query"]
    expressions = {query["id"]: query["expression"] for query in queries if query["expression"]}
    [watched] = [query["id"] for query in queries if query["return_data"]]
    judged = _evaluate(_parse(expressions[watched]), lines, expressions)[-count:]
    breaching = [value for value in judged if value is not None and value > alarm["threshold"]]
    enough: int = alarm["datapoints_to_alarm"]
    return len(breaching) >= enough


@cache
def _parse(expression: str) -> ast.AST:
    """Cached: an alarm is evaluated for each minute."""
    return ast.parse(expression).body[0]


def _sum(numbers: Mapping[int, float], end: int, period: int) -> float | None:
    found = [numbers[minute] for minute in range(end - period, end) if minute in numbers]
    return sum(found) if found else None


def _evaluate(node: ast.AST, lines: dict[str, Line], expressions: Mapping[str, str]) -> Line:
    length = len(next(iter(lines.values())))

    def line(part: ast.AST) -> Line:
        return _evaluate(part, lines, expressions)

    match node:
        case ast.Expr(value=value):
            return line(value)
        case ast.Constant(value=int() | float() as value):
            return [value] * length
        case ast.Name(id=name) if name in lines:
            return lines[name]
        case ast.Name(id=name):
            return line(_parse(expressions[name]))
        case ast.BinOp(left=left, op=op, right=right):
            return _pairwise(_OPERATORS[type(op)], line(left), line(right))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _pairwise(_OPERATORS[type(op)], line(left), line(right))
        case ast.Call(func=ast.Name(id="FILL"), args=[what, ast.Constant(value=int() as filler)]):
            return [filler if value is None else value for value in line(what)]
        case ast.Call(func=ast.Name(id="DIFF"), args=[what]):
            found = line(what)
            return [None, *_pairwise(operator.sub, found[1:], found[:-1])]
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            chosen = zip(line(condition), line(then), line(otherwise), strict=True)
            return [None if c is None else (a if c else b) for c, a, b in chosen]
    raise AssertionError(f"no function of CloudWatch's that alarms use here: {ast.dump(node)}")


def _pairwise(compute: Callable[[float, float], float], left: Line, right: Line) -> Line:
    pairs = zip(left, right, strict=True)
    return [None if a is None or b is None else compute(a, b) for a, b in pairs]

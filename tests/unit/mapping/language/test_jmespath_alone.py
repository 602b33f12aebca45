"""What jmespath does without our functions and checks. They can go when these tests fail."""

from decimal import Decimal
from typing import Any

import jmespath
import pytest
from jmespath.exceptions import JMESPathTypeError

from ingestion.mapping.expressions import BadExpression, compile_expression
from tests.unit.mapping.scopes import evaluate, exact

PRICE = Decimal("4.39")


@pytest.mark.parametrize(
    "expression",
    [
        *("abs(item)", "avg([item])", "ceil(item)", "floor(item)", "sum([item])"),
        *("max([item])", "max_by([{n: item}], &n)", "min([item])", "min_by([{n: item}], &n)"),
        *("sort([item])", "sort_by([{n: item}, {n: item}], &n)"),
    ],
)
def test_jmespath_refuses_decimals(expression: str) -> None:
    with pytest.raises(JMESPathTypeError):
        jmespath.search(expression, {"item": PRICE})

    assert evaluate(expression, PRICE) is not None


@pytest.mark.parametrize(
    ("expression", "item", "theirs", "ours"),
    [
        ("to_number(item)", PRICE, 4, PRICE),
        ("to_number(item)", "0.1000000000000000000001", 0.1, Decimal("0.1000000000000000000001")),
        ("to_string(item)", PRICE, '"4.39"', "4.39"),
        ("type(item)", PRICE, None, "number"),
        ("avg([item, item])", 2**60 + 1, float(2**60), Decimal(2**60 + 1)),
        ("`4.390000000000000000001`", None, 4.39, Decimal("4.390000000000000000001")),
        ("!item.a", {"a": False}, None, True),
    ],
)
def test_jmespath_gives_another_value(expression: str, item: Any, theirs: Any, ours: Any) -> None:
    assert exact(jmespath.search(expression, {"item": item})) == exact(theirs)
    assert exact(evaluate(expression, item)) == exact(ours)


@pytest.mark.parametrize(
    ("expression", "position"),
    [("itme.a", 0), ("item.a | lenght(@)", 9), ("length(item, item)", 0)],
)
def test_jmespath_accepts_what_no_payload_can_make_right(expression: str, position: int) -> None:
    assert jmespath.compile(expression).parsed

    with pytest.raises(BadExpression) as raised:
        compile_expression(expression)

    assert raised.value.position == position

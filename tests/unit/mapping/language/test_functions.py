import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.mapping.expressions import FailedExpression
from ingestion.mapping.language.functions import FUNCTIONS
from tests.unit.mapping.scopes import evaluate, exact

WHOLE = st.integers(-(10**24), 10**24) | st.sampled_from([2**53 + 1, -(2**63) - 1])
NUMBERS = WHOLE | st.decimals(-(10**20), 10**20, places=9)
# What each function makes of two numbers, in fractions.
OF_NUMBERS: dict[str, Callable[[Fraction, Fraction], Any]] = {
    "abs(item.a)": lambda a, _: abs(a),
    "avg([item.a, item.b])": lambda a, b: (a + b) / 2,
    "ceil(item.a)": lambda a, _: math.ceil(a),
    "floor(item.a)": lambda a, _: math.floor(a),
    "join('', [to_string(item.a)]) | to_number(@)": lambda a, _: a,
    "map(&@, [item.a])[0]": lambda a, _: a,
    "max([item.a, item.b])": max,
    "max_by([{n: item.a}, {n: item.b}], &n).n": max,
    "merge(item, {a: item.b}).a": lambda _, b: b,
    "min([item.a, item.b])": min,
    "min_by([{n: item.a}, {n: item.b}], &n).n": min,
    "not_null(item.none, item.a)": lambda a, _: a,
    "reverse([item.a, item.b])[0]": lambda _, b: b,
    "sort([item.a, item.b])[0]": min,
    "sort_by([{n: item.a}, {n: item.b}], &n)[0].n": min,
    "sum([item.a, item.b])": lambda a, b: a + b,
    "to_array(item.a)[0]": lambda a, _: a,
    "to_number(item.a)": lambda a, _: a,
    "to_number(to_string(item.a))": lambda a, _: a,
    "to_number(to_string({n: item.a})[5:]) || item.a": lambda a, _: a,
    "values({n: item.a})[0]": lambda a, _: a,
}
OTHERS = {
    "contains([item.a], item.a)": True,
    "contains([item.b, item.a], to_number(to_string(item.a)))": True,
    "ends_with(to_string(item.a), to_string(item.a))": True,
    "keys({n: item.a})": ["n"],
    "length([item.a])": 1,
    "starts_with(to_string(item.a), to_string(item.a))": True,
    "type(item.a)": "number",
}
NULL_FOR_NULL = (
    *("contains(item.x, 'a')", "contains('a', item.x)", "ends_with(item.x, 'a')"),
    *("ends_with('a', item.x)", "starts_with(item.x, 'a')", "starts_with('a', item.x)"),
    *("join(',', item.x)", "join(item.x, ['a'])", "length(item.x)", "reverse(item.x)"),
    *("to_string(item.x)", "to_number(item.x)", "not_null(item.x)"),
)
VALUES_FOR_NULL = {"to_array(item.x)": [None], "type(item.x)": "null"}
FAIL_FOR_NULL = (
    *("abs(item.x)", "avg(item.x)", "ceil(item.x)", "floor(item.x)", "keys(item.x)"),
    *("map(&a, item.x)", "max(item.x)", "max_by(item.x, &a)", "merge(item.x)", "min(item.x)"),
    *("min_by(item.x, &a)", "sort(item.x)", "sort_by(item.x, &a)", "sum(item.x)", "values(item.x)"),
)


@pytest.mark.parametrize("expression", OF_NUMBERS)
@given(a=NUMBERS, b=NUMBERS)
def test_a_function_is_exact_for_ints_and_decimals(expression: str, a: Any, b: Any) -> None:
    number = evaluate(expression, {"a": a, "b": b})

    assert type(number) in (int, Decimal)
    assert Fraction(number) == OF_NUMBERS[expression](Fraction(a), Fraction(b))


@pytest.mark.parametrize("expression", OTHERS)
@given(a=NUMBERS, b=NUMBERS)
def test_a_function_takes_ints_and_decimals(expression: str, a: Any, b: Any) -> None:
    assert exact(evaluate(expression, {"a": a, "b": b})) == exact(OTHERS[expression])


@given(a=NUMBERS, b=NUMBERS)
def test_a_comparison_of_numbers_is_exact(a: Any, b: Any) -> None:
    result = evaluate("[item.a < item.b, item.a == item.b, item.a >= item.b]", {"a": a, "b": b})

    fractions = Fraction(a), Fraction(b)
    assert result == [
        fractions[0] < fractions[1],
        fractions[0] == fractions[1],
        fractions[0] >= fractions[1],
    ]


@pytest.mark.parametrize("expression", NULL_FOR_NULL)
def test_a_function_of_text_gives_null_for_null(expression: str) -> None:
    assert evaluate(expression, {}) is None


@pytest.mark.parametrize("expression", VALUES_FOR_NULL)
def test_a_function_of_any_type_takes_null(expression: str) -> None:
    assert evaluate(expression, {}) == VALUES_FOR_NULL[expression]


@pytest.mark.parametrize("expression", FAIL_FOR_NULL)
def test_another_function_fails_for_null(expression: str) -> None:
    name = expression.partition("(")[0]

    with pytest.raises(FailedExpression, match=rf"^{name}\(\) takes .*, not null$"):
        evaluate(expression, {})


def test_each_function_is_tested_with_numbers_and_with_null() -> None:
    with_numbers = " ".join((*OF_NUMBERS, *OTHERS))
    with_null = " ".join((*NULL_FOR_NULL, *VALUES_FOR_NULL, *FAIL_FOR_NULL))

    assert [name for name in FUNCTIONS if f"{name}(" not in with_numbers] == []
    assert [name for name in FUNCTIONS if f"{name}(" not in with_null] == []


@pytest.mark.parametrize(
    ("expression", "item", "value"),
    [
        ("to_string(item)", "text", "text"),
        ("to_string(item)", Decimal("4.390"), "4.39"),
        ("to_string(item)", 2**70, str(2**70)),
        ("to_string(item)", True, "true"),
        ("to_string(item)", {"é": [Decimal("0.10"), None, 'a"b']}, '{"é":[0.1,null,"a\\"b"]}'),
        ("to_number(item)", " 12.50 ", Decimal("12.50")),
        ("to_number(item)", "123456789012345678", 123456789012345678),
        ("to_number(item)", "-007", -7),
        ("to_number(item)", "1e3", Decimal("1E+3")),
        ("to_number(item)", "1_000", None),
        ("to_number(item)", "٣", None),
        ("to_number(item)", "NaN", None),
        ("to_number(item)", "1" * 5000, None),
        ("to_number(item)", "1e9999999999999999999999", None),
        ("to_number(item)", True, None),
        ("to_number(item)", [1], None),
        ("type(item)", True, "boolean"),
        ("type(item)", {}, "object"),
        ("contains(item, 'b')", "abc", True),
        ("contains(item, `1`)", [True], False),
        ("contains(item, `true`)", [1], False),
        ("contains(item, `null`)", [None], None),
        ("join('-', item)", ["a", "b"], "a-b"),
        ("join('-', item)", [], ""),
        ("length(item)", "é", 1),
        ("reverse(item)", "abc", "cba"),
        ("max(item)", ["a", "c", "b"], "c"),
        ("max(item)", [], None),
        ("min_by(item, &n)", [], None),
        ("avg(item)", [], None),
        ("sum(item)", [], 0),
        ("sum(item)", [Decimal("0.1")] * 3, Decimal("0.3")),
        ("avg(item)", [1, 1, 2], Decimal("1." + 36 * "3" + "3")),
        ("ceil(item)", Decimal("-0.5"), Decimal("-0")),
        (
            "sort_by(item, &k)[*].v",
            [{"k": 1, "v": "x"}, {"k": Decimal("1.0"), "v": "y"}],
            ["x", "y"],
        ),
        ("merge(item, {b: `2`})", {"a": 1, "b": 1}, {"a": 1, "b": 2}),
        ("max(item)", [Decimal("1E+999999"), 10**4000], Decimal("1E+999999")),
        ("abs(item)", Decimal("-1E+999999"), Decimal("1E+999999")),
        ("floor(item)", Decimal("1E+999999"), Decimal("1E+999999")),
    ],
)
def test_a_function_has_its_value(expression: str, item: Any, value: Any) -> None:
    assert exact(evaluate(expression, item)) == exact(value)


@pytest.mark.parametrize(
    ("expression", "item", "message"),
    [
        ("abs(item)", "secret", "abs() takes number, not string"),
        ("length(item)", 5, "length() takes array or object or string, not number"),
        ("sum(item)", [1, "secret"], "sum() takes an array of numbers, not of string"),
        (
            "max(item)",
            [1, "secret"],
            "max() compares only numbers or only strings, not number and string",
        ),
        ("max(item)", [True], "max() compares only numbers or only strings, not boolean"),
        (
            "sort_by(item, &n)",
            [{"n": 1}, {}],
            "sort_by() compares only numbers or only strings, not null and number",
        ),
        (
            "join(' ', [item.day, item.time])",
            {"day": "31.01.2026", "time": None},
            "join() takes an array of strings, not of null: a value is missing or empty",
        ),
        ("join(',', item)", ["a", 5], "join() takes an array of strings, not of number"),
        ("contains(item, `5`)", "a5", "contains() looks for a string in a string, not for number"),
        ("map(&abs(@), item)", ["secret"], "abs() takes number, not string"),
        ("sum(item)", [Decimal("1E+999999"), 1], "sum() has no exact result"),
    ],
)
def test_a_wrong_argument_fails_without_its_value(expression: str, item: Any, message: str) -> None:
    with pytest.raises(FailedExpression) as error:
        evaluate(expression, item)

    assert str(error.value) == message

from decimal import Decimal
from typing import Any

import pytest

from ingestion.mapping.expressions import FailedExpression, compile_expression
from ingestion.syntax import exact_json
from tests.unit.mapping.scopes import RECEIVED_AT, evaluate, exact, scope

ITEM = exact_json.read("""{
  "id": 123456789012345678,
  "price": 4.39,
  "zero": 0,
  "empty": "",
  "no": false,
  "null": null,
  "tags": ["red", "blue", null],
  "a b": {"x-y": "quoted"},
  "address": {"city": {"name": "Kyiv"}},
  "lines": [
    {"id": "l-1", "amount": 10, "kind": "a", "parts": [{"n": 1}, {"n": 2}]},
    {"id": "l-2", "amount": 2.50, "kind": "b", "parts": [{"n": 3}]},
    {"id": "l-3", "kind": "a"}
  ],
  "by_name": {"one": {"v": 1}, "two": {"v": 2}, "three": {}},
  "nested": [[1, 2], [3], 4]
}""")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("item", ITEM),
        ("item.id", 123456789012345678),
        ("item.price", Decimal("4.39")),
        ("item.address.city.name", "Kyiv"),
        ("item.address.city.name.more", None),
        ("item.missing.more", None),
        ("item.id.more", None),
        ("item.lines.id", None),
        ('item."a b"."x-y"', "quoted"),
        ("item.tags[0]", "red"),
        ("item.tags[-1]", None),
        ("item.tags[-2]", "blue"),
        ("item.tags[9]", None),
        ("item.tags[:2]", ["red", "blue"]),
        ("item.tags[::-1]", ["blue", "red"]),
        ("item.lines[*].id", ["l-1", "l-2", "l-3"]),
        ("item.lines[*].amount", [10, Decimal("2.50")]),
        ("item.lines[].parts[].n", [1, 2, 3]),
        ("item.nested[]", [1, 2, 3, 4]),
        ("item.by_name.*.v", [1, 2]),
        ("item.lines[?kind=='a'].id", ["l-1", "l-3"]),
        ("item.lines[?amount > `2.49`].id", ["l-1", "l-2"]),
        ("item.lines[?amount == `2.5`].id | [0]", "l-2"),
        ("item.lines[?kind=='a' && amount].id", ["l-1"]),
        ("item.lines[?!amount].id", ["l-3"]),
        ("item.lines[?contains(id, '2')] | [0].id", "l-2"),
        ("item.[id, price]", [123456789012345678, Decimal("4.39")]),
        ("item.{n: id, p: price}", {"n": 123456789012345678, "p": Decimal("4.39")}),
        ("{n: item.id}", {"n": 123456789012345678}),
        ("[item.id, 'x']", [123456789012345678, "x"]),
        ("item.missing || item.price", Decimal("4.39")),
        ("item.empty || item.no || item.price", Decimal("4.39")),
        ("item.zero || item.price", 0),
        ("not_null(item.null, item.empty)", ""),
        ("item.price && item.id", 123456789012345678),
        ("item.empty && item.id", ""),
        ("!item.zero", False),
        ("!item.empty", True),
        ("!!item.price", True),
        ("!item.lines[0].id || item.no", False),
        ("!item.lines[?kind=='c'].id", True),
        ("!item.lines[].missing", True),
        ("!item.by_name.*.v", False),
        ("!item.no && item.id", 123456789012345678),
        ("!item.id | @", False),
        ("item.lines[?!parts[?n==`1`]].id", ["l-2", "l-3"]),
        ("(item.no || item.id) == `123456789012345678`", True),
        ("item.lines | length(@)", 3),
        ("item.lines[0] | id", "l-1"),
        ("item.price == `4.39`", True),
        ("item.price == `4.390`", True),
        ("item.price != '4.39'", True),
        ("item.id == `123456789012345678.0`", True),
        ("item.id < `123456789012345679`", True),
        ("item.zero == `false`", False),
        ("item.null < `1`", None),
        (r"'it\'s'", "it's"),
        ('`"a"`', "a"),
        ('`{"a": [1.10, true, null]}`', {"a": [Decimal("1.10"), True, None]}),
        ("`12345678901234567890.123456789012345678901`.x", None),
        (
            "`12345678901234567890.123456789012345678901`",
            Decimal("12345678901234567890.123456789012345678901"),
        ),
        ("item.lines[?amount >= `2.5` && `1.0` == `1`] | [0].amount == `10`", True),
        ("max_by(item.lines[?amount], &amount).id", "l-1"),
        ("sort_by(item.lines[?amount], &amount)[0].id", "l-2"),
        ("map(&parts[0].n, item.lines)", [1, 3, None]),
        ("received_at", RECEIVED_AT),
    ],
)
def test_a_feature_of_jmespath_has_its_exact_value(expression: str, value: Any) -> None:
    assert exact(evaluate(expression, ITEM)) == exact(value)


def test_an_expression_reads_each_name_of_the_scope() -> None:
    names = {
        "parent": {"id": "p"},
        "parents": [{"id": "p"}, {"id": "g"}],
        "headers": {"x-github-event": "push"},
        "query": {"site": "north"},
    }

    values = evaluate(
        '[payload, parent.id, parents[1].id, headers."x-github-event", query.site]', 7, **names
    )

    assert values == [7, "p", "g", "push", "north"]


@pytest.mark.parametrize(
    ("segments", "value"),
    [
        ([{"QUALF": "001", "IDTNR": "a"}, {"QUALF": "002", "IDTNR": "b"}], "b"),
        ({"QUALF": "002", "IDTNR": "c"}, "c"),
        ({"QUALF": "001", "IDTNR": "c"}, None),
        (None, None),
    ],
)
def test_a_list_may_arrive_as_one_object(segments: Any, value: Any) -> None:
    expression = "to_array(item.E1EDP19)[?QUALF=='002'].IDTNR | [0]"

    assert evaluate(expression, {"E1EDP19": segments}) == value


def test_compiled_twice_an_expression_keeps_its_exact_literals() -> None:
    first, second = (compile_expression("`0.1000`") for _ in range(2))

    assert exact(first.evaluate({})) == exact(second.evaluate({})) == ("Decimal", "0.1000")


def test_jmespath_keeps_its_own_tree_for_other_callers() -> None:
    import jmespath

    compile_expression("item.x == `0.5`")

    assert jmespath.search("a == `0.5`", {"a": 0.5})


def test_comparing_a_string_with_a_number_fails_without_the_value() -> None:
    with pytest.raises(FailedExpression, match=r"^<, <=, > or >= compares a string") as error:
        evaluate("item.secret > `5`", {"secret": "s3cret"})

    assert "s3cret" not in str(error.value)


def test_a_payload_of_many_levels_fails_only_the_expression() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(FailedExpression, match="nested too deeply"):
        evaluate("to_string(item)", deep)

    _dismantle(deep)


def _dismantle(nested: Any) -> None:
    """Free the levels one by one: Python would free them by recursion."""
    while isinstance(nested, list):
        nested = nested.pop()


def test_a_million_items_are_filtered_in_one_pass() -> None:
    items = [{"n": n} for n in range(1_000_000)]

    last = compile_expression("item[?n > `999998`].n | [0]").evaluate(scope(items))

    assert last == 999_999


@pytest.mark.parametrize(
    ("expression", "path"),
    [
        ("item", ["item"]),
        ('item.a."b c"', ["item", "a", "b c"]),
        ("item.a[0]", []),
        ("item.a || item.b", []),
        ("length(item.a)", []),
    ],
)
def test_the_path_of_an_expression_that_reads_one_field(expression: str, path: list[str]) -> None:
    assert compile_expression(expression).path == path

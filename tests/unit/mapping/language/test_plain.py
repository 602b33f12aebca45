"""The commonest expressions give the same value without jmespath's interpreter."""

from decimal import Decimal
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.mapping.expressions import NAMES
from ingestion.mapping.language.plain import Reader, plain_reader
from ingestion.mapping.language.syntax import parse_expression
from tests.unit.mapping.scopes import exact, scope


def reader_of(expression: str) -> Reader | None:
    """Return the reader of an expression that needs no interpreter."""
    return plain_reader(parse_expression(expression, NAMES, 1_000))


PLAIN = [
    "item",
    "item.a",
    "item.a.b",
    'item."a"."b".a',
    "item[0]",
    "item.a[0]",
    "item.a[-1].b",
    "item.a[1][0]",
    "item.a[5]",
    "item.a || item.b",
    "item.a[0] || item.b.a || item",
    "parents[0].a",
    "parents[1] || item.b",
]
VALUES = st.recursive(
    st.sampled_from([None, True, False, 0, 1, "", "x", Decimal("0.0"), Decimal("4.39")]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=8,
)


@given(VALUES, st.sampled_from(PLAIN))
def test_a_plain_expression_gives_what_jmespath_gives(item: Any, expression: str) -> None:
    names = scope(item, parents=[item])
    read = reader_of(expression)

    assert read
    assert exact(read(names)) == exact(jmespath.search(expression, names))


@pytest.mark.parametrize(
    "expression",
    [
        "item.a[*]",
        "item.a[]",
        "item.a[:1]",
        "item.*",
        "item.a[?b]",
        "item.a | [0]",
        "item.a && item.b",
        "!item.a",
        "item.a == item.b",
        "to_array(item.a)[0]",
        "item.a || 'x'",
        "item.[a, b]",
        "item.{x: a}",
    ],
)
def test_another_expression_needs_the_interpreter(expression: str) -> None:
    assert reader_of(expression) is None

"""The paths of items, and the expressions that read their values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.cli.sources.new.guesses.path_values import MAX_LEVELS, PathValues, paths_of
from ingestion.mapping.expressions import compile_expression

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
ITEMS = st.recursive(
    st.integers() | st.lists(st.integers()),
    lambda inner: st.dictionaries(KEYS, inner, min_size=1, max_size=3),
    max_leaves=8,
)


def shown(paths: list[PathValues]) -> dict[str, tuple[list[Any], bool]]:
    return {path.expression: (path.values, path.is_in_all) for path in paths}


def test_paths_hold_the_values_of_all_items_without_nulls() -> None:
    items = [{"a": 1, "b": {"c": "x"}, "d": None}, {"a": 2, "b": {}}]

    found = shown(paths_of("item", items))

    assert found == {"item.a": ([1, 2], True), "item.b.c": (["x"], False), "item.d": ([], False)}


def test_a_path_that_is_an_object_elsewhere_is_left_out() -> None:
    items = [{"a": 1}, {"a": {"b": 2}}]

    assert shown(paths_of("payload", items)) == {"payload.a.b": ([2], False)}


def test_a_list_is_a_value_and_one_path_can_be_left_out() -> None:
    found = paths_of("payload", [{"rows": [{"id": 1}], "n": [1]}], without=("rows",))

    assert shown(found) == {"payload.n": ([[1]], True)}


@pytest.mark.parametrize(
    ("key", "expression"),
    [
        ("a_1", "item.a_1"),
        ("a-b", 'item."a-b"'),
        ("a.b", 'item."a.b"'),
        ("a:b", 'item."a:b"'),
        ("a b", 'item."a b"'),
        ("1a", 'item."1a"'),
        ("ä", 'item."ä"'),
        ('a"b', 'item."a\\"b"'),
        ("", 'item.""'),
    ],
)
def test_keys_that_are_no_names_are_in_quotes(key: str, expression: str) -> None:
    [path] = paths_of("item", [{key: 7}])

    assert path.expression == expression
    assert compile_expression(expression).evaluate({"item": {key: 7}}) == 7


@pytest.mark.parametrize("key", ["a\u2028b", "\u202e", "k" * 1000])
def test_a_path_that_no_expression_should_name_is_left_out(key: str) -> None:
    assert paths_of("item", [{key: 7}]) == []


def test_deep_objects_are_values() -> None:
    item: Any = 7
    for _ in range(MAX_LEVELS + 1):
        item = {"a": item}

    [path] = paths_of("item", [item])

    assert path.keys == ("a",) * MAX_LEVELS
    assert path.values == [{"a": 7}]


@given(ITEMS)
def test_every_expression_reads_the_value_of_its_path(item: Any) -> None:
    for path in paths_of("item", [item]):
        assert compile_expression(path.expression).evaluate({"item": item}) == path.values[0]

"""A document that is written as YAML is read as the same document."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entities.declared.yaml_file import parse_yaml
from ingestion.cli.mapping.yaml_text import yaml_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abn~ :-01", min_size=1), inner),
    max_leaves=8,
)


@given(VALUES)
def test_any_document_is_read_as_it_was_written(value: Any) -> None:
    assert parse_yaml(yaml_text({"value": value})) == {"value": value}


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029", "\ufeff", "\x00", "\x7f", "\r"])
def test_a_character_that_ends_a_line_elsewhere_is_kept(character: str) -> None:
    document = {"texts": [character, f"a{character}", f"{character}a", f"a{character} b"]}

    assert parse_yaml(yaml_text(document)) == document


@pytest.mark.parametrize(
    ("number", "text"),
    [("4.39", "4.39"), ("1E+3", "1000"), ("41.0", "41"), ("-0.000000001", "-0.000000001")],
)
def test_a_decimal_has_all_digits_and_no_exponent(number: str, text: str) -> None:
    assert yaml_text({"number": Decimal(number)}) == f"number: {text}\n"


def test_texts_that_look_like_other_values_are_in_quotes_and_no_others() -> None:
    written = yaml_text({"a": "4.39", "b": "true", "c": "", "d": "003", "e": "2026-01-31", "f": 7})

    assert written == "a: '4.39'\nb: 'true'\nc: ''\nd: 003\ne: 2026-01-31\nf: 7\n"


def test_keys_keep_their_order() -> None:
    assert yaml_text({"b": 1, "a": [{"z": 1, "y": 2}]}) == "b: 1\na:\n- z: 1\n  y: 2\n"

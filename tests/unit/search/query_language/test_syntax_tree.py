"""Queries are parsed, or refused with the position of what is wrong. Hostile ones cost little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.search.query_language.query import query_of
from ingestion.search.query_language.syntax_tree import (
    AllOf,
    AnyOf,
    Not,
    Words,
    parse_query,
    positive_words,
)
from ingestion.search.query_language.tokens import BadQuery

DEEP = "parentheses and NOT are more than 20 levels deep: remove some"
A, B, C = (Words((name,), position=place) for name, place in (("a", 1), ("b", 3), ("c", 5)))


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a", A),
        ("a b c", AllOf((A, B, C))),
        ("a OR b", AnyOf((A, Words(("b",), position=6)))),
        ("a b OR c", AnyOf((AllOf((A, B)), Words(("c",), position=8)))),
        ("a NOT b", AllOf((A, Not(Words(("b",), position=7))))),
        ("NOT a", Not(Words(("a",), position=5))),
        ('"A b"', Words(("a", "b"), position=2)),
        ("“a b”", Words(("a", "b"), position=2)),
        ("don't", Words(("don", "t"))),
        ("turb*", Words(("turb",), is_prefix=True)),
        ("e-1*", Words(("e", "1"), is_prefix=True)),
        ("a & b", AllOf((A, Words(("b",), position=5)))),
        ("contract_name:a", Words(("a",), "contract_name")),
        ('contract_name:"a b"', Words(("a", "b"), "contract_name")),
        ('"Note:" a', AllOf((Words(("note",), position=2), Words(("a",), position=9)))),
        ("12: a", AllOf((Words(("12",)), Words(("a",), position=5)))),
        ("e-1 - --b", AllOf((Words(("e", "1")), Words(("b",), position=7)))),
        ('"2 * 3"', Words(("2", "3"), position=2)),
        ("हिन्दी*", Words(("हिन", "दी"), is_prefix=True)),
        ("भाषा*", Words(("भाषा",), is_prefix=True)),
        ("वाक्*", Words(("वाक",), is_prefix=True)),
        ("日*", Words(("日",), is_prefix=True)),
        ("の* あ", AllOf((Words(("の",), is_prefix=True), Words(("あ",), position=4)))),
        ("12:30", Words(("12", "30"))),
        ("a or", AllOf((A, Words(("or",), position=3)))),
    ],
)  # fmt: skip
def test_a_query_is_parsed(query: str, tree: object) -> None:
    assert parse_query(query) == tree


@pytest.mark.parametrize(
    ("query", "position", "message"),
    [
        ("", 1, "a word or a phrase is missing at the end"),
        ("   ", 4, "a word or a phrase is missing at the end"),
        ("a AND", 6, "a word or a phrase is missing at the end"),
        ("a OR", 5, "a word or a phrase is missing at the end"),
        ("AND a", 1, "a word or a phrase is missing before AND"),
        ("a OR OR b", 6, "a word or a phrase is missing before OR"),
        ("a AND NOT", 10, "a word or a phrase is missing at the end"),
        ("()", 2, "a word or a phrase is missing before )"),
        ("(a", 1, 'this "(" is never closed: add ")"'),
        ("a (b (c)", 3, 'this "(" is never closed: add ")"'),
        ("a)", 2, 'this ")" has no matching "(": remove it'),
        ('a "b', 3, 'this quotation mark is never closed: add a second "'),
        ("&", 1, "has no word to search for: add one"),
        ('""', 1, "has no word to search for"),
        ("NOT &", 1, "has no word to search for"),
        ("*", 1, "put the first 2 characters of a word before *"),
        ("a b*", 3, "put the first 2 characters of a word before *"),
        ("ab-*", 1, "put the first 2 characters of a word before *"),
        ("a**", 1, "* may only be the last character of a word"),
        ("w*rd", 1, "* may only be the last character of a word"),
        ('"full te"*', 10, "put the first 2 characters of a word before *"),
        ("é*", 1, "put the first 2 characters of a word before *"),
        ("日-*", 1, "put the first 2 characters of a word before *"),
        ("contract_name: a", 1, "put a word or a phrase directly after contract_name: or put"),
        ("a contract_name:(a OR b)", 3, "put a word or a phrase directly after contract_name:"),
        ("a contract_name:", 3, "put a word or a phrase directly after contract_name:"),
        ('a "full te*"', 11, "* has no effect in double quotes: remove it"),
        ('contract_name:"te* full"', 18, "* has no effect in double quotes: remove it"),
        ("a || b", 3, "write OR instead of ||"),
        ("a && b", 3, "write AND instead of &&"),
        ("a -b", 3, "write NOT instead of -"),
        ("!a", 1, "write NOT instead of !"),
        ('a -"b c"', 3, "write NOT instead of -"),
        ("a -(b OR c)", 3, "write NOT instead of -"),
        ("x" * 256, 1, "a word has at most 255 bytes"),
        ("ä" * 128, 1, "a word has at most 255 bytes"),
        ("(" * 30 + "a" + ")" * 30, 22, DEEP),
        ("NOT " * 30 + "a", 85, DEEP),
        ("(" * 1000, 22, DEEP),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(query: str, position: int, message: str) -> None:
    with pytest.raises(BadQuery) as refused:
        parse_query(query)

    assert refused.value.position == position
    assert str(refused.value).startswith(f"position {position}: {message}")


def test_an_unknown_field_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadQuery) as refused:
        query_of(parse_query("a http://x"))

    assert refused.value.position == 3
    assert "no entity has a field http that can be searched: use one of" in str(refused.value)
    assert "contract_name" in str(refused.value)
    assert "in double quotes" in str(refused.value)


@given(st.text(max_size=200) | st.text('aß "()*:ANDORNOT\x00\u202e&', max_size=200))
def test_any_text_is_a_query_or_a_bad_query(text: str) -> None:
    position = 1
    try:
        query_of(parse_query(text))
    except BadQuery as error:
        position = error.position

    assert 1 <= position <= len(text) + 1


@pytest.mark.parametrize(
    ("query", "kind", "count"),
    [
        (" ".join(f"w{n}" for n in range(10_000)), AllOf, 10_000),
        (" OR ".join(f"w{n}*" for n in range(10_000)), AnyOf, 10_000),
        ("(a) " * 10_000, AllOf, 10_000),
        ('"' + "a " * 100_000 + '"', Words, 1),
    ],
    ids=["words", "prefixes", "parentheses", "phrase"],
)
def test_a_long_query_is_parsed(query: str, kind: type, count: int) -> None:
    tree = parse_query(query)

    assert isinstance(tree, kind)
    assert len(list(positive_words(tree))) == count


@pytest.mark.parametrize("query", ["-" * 1_000_000, "a:" * 100_000 + "b"], ids=["-", "a:"])
def test_a_long_word_is_refused(query: str) -> None:
    with pytest.raises(BadQuery, match="position 1: a word has at most 255 bytes"):
        parse_query(query)


def test_excluded_words_are_not_highlighted() -> None:
    tree = parse_query('a NOT (b OR "c d") OR e')

    assert [words.words for words in positive_words(tree)] == [("a",), ("e",)]

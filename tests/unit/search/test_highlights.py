"""Highlights are plain text in parts: they show what matches, and no character does harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.search.highlights import Fragment, highlights_of
from ingestion.search.query_language.syntax_tree import Words, parse_query, positive_words

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def highlight(text: str, query: str) -> list[list[Fragment]]:
    return highlights_of(text, positive_words(parse_query(query)))


def marked(parts: list[Fragment]) -> str:
    return "".join(f"[{part.text}]" if part.match else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("this is a full test", '"full test"', "this is a [full test]"),
        ("this is a full test", "full test", "this is a [full] [test]"),
        ("Full, FULL and fully", "full", "[Full], [FULL] and fully"),
        ("Full, FULL and fully", "full*", "[Full], [FULL] and [full]y"),
        ("a full-time\ntest", '"full time test"', "a [full-time test]"),
        ("part e-17 and e-1", "e-1*", "part [e-1]7 and [e-1]"),
        ("Straße in İzmir", "izmir OR straße", "[Straße] in İzmir"),
        ("日本 is here", "日本", "[日本] is here"),
        ("ΜΑΡΙΟΣ, Μάριος, μαριος", "μαριος", "[ΜΑΡΙΟΣ], Μάριος, [μαριος]"),
        ("ΜΑΡΙΟΣ, μαριος", "ΜΑΡΙΟΣ", "[ΜΑΡΙΟΣ], [μαριος]"),
        ("nothing here", "absent", "nothing here"),
        ("full test", 'full OR "full test"', "[full] test"),
        ("full test", '"full test" OR test', "[full test]"),
        ("a full", "NOT full", "a full"),
        ("x_full_x", "full", "x_[full]_x"),
        ("<b>full</b> & test", "full", "<b>[full]</b> & test"),
    ],
)
def test_what_matches_is_marked(text: str, query: str, shown: str) -> None:
    [parts] = highlight(text, query)

    assert marked(parts) == shown


def test_far_matches_have_highlights_of_their_own_and_there_are_at_most_three() -> None:
    text = " ".join(["full", *["filler"] * 100] * 6)

    found = highlight(text, "full")

    assert len(found) == 3
    assert all(len(marked(parts)) < 260 for parts in found)
    assert all("[full]" in marked(parts) for parts in found)


def test_control_characters_become_blanks_and_bidi_characters_disappear() -> None:
    [parts] = highlight(f"a\x1b[31m full{BIDI} te\x00st\u2028end", "full")

    assert marked(parts) == "a [31m [full] te st end"


@given(st.text(max_size=500), st.text("aeß日 ", min_size=1, max_size=5))
def test_every_character_of_a_highlight_is_harmless(text: str, word: str) -> None:
    shown = highlights_of(text, [Words(tuple(word.split()) or ("a",), is_prefix=True)])

    for parts in shown:
        for part in parts:
            assert part.text.isprintable()
            assert not set(part.text) & set(BIDI)


def test_a_short_word_is_marked_after_many_words_that_contain_it() -> None:
    text = "the mother bathed there " * 1_000 + "he said"

    [parts] = highlight(text, "he")

    assert "[he] said" in marked(parts)

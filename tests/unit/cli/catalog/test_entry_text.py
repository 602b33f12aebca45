"""The entry of a source is cut out of the catalog's text, and every other character stays."""

import pytest

from entities.declared.yaml_file import parse_yaml
from ingestion.cli.catalog_text.entry import Entry, NotSeparable, cut_entry

CATALOG = """\
# Top.
sources:  # All.
  # About a.

  # Above a.
  a:
    path: 'a'   # Why.
    # burst: 7
  # Above b.
  # Also above b.
  b:
    path: b
    text: |-
      # no comment
        #

  c: {path: c}
# The end.
"""
B = """\
  # Above b.
  # Also above b.
  b:
    path: b
    text: |-
      # no comment
        #

"""
SEPARATE = {
    "indented": "sources:\n      b:\n          path: b\n",
    "CRLF": "sources:\r\n  # Why.\r\n  b:\r\n    path: b\r\n  c:\r\n    path: c\r\n",
    "CR": "# Top.\rsources:\r  # Why.\r  b:\r    path: b\r  c:\r    path: c\r",
    "without an end of line": "sources:\n  a: {}\n  b:\n    path: b",
    "an anchor of its own": "sources:\n  b:\n    path: &p b\n    other: *p\n  c: {}\n",
    "a separator of lines in a text": "sources:\n  a: {x: 'a\u2028b'}\n  b:\n    path: b\n",
    "marked key": "sources:\n  a: {}\n  ? b\n  : path: b\n",
}
NOT_SEPARATE = {
    "sources: {a: {path: a}, b: {path: b}}\n": "shares lines or an anchor",
    "sources:\n  a: &a {path: a}\n  b: *a\n": "shares lines or an anchor",
    "sources:\n  a: {}\n  b: &b {path: a}\n  c: *b\n": "shares lines or an anchor",
    "sources:\n  a: {}\n": "the file has no source b",
    "sources: [b]\n": "the file has no sources",
    "b: {}\n": "the file has no sources",
    "": "the file has no sources",
    "sources:\n  b: [\n": "the file is not valid YAML",
}


def whole(entry: Entry) -> str:
    return entry.before + entry.text + entry.after


def test_an_entry_has_the_comments_above_its_name_and_all_its_lines() -> None:
    entry = cut_entry(CATALOG, "b")

    assert entry.text == B
    assert whole(entry) == CATALOG
    assert (entry.first_line, entry.last_line) == (9, 16)


def test_comments_of_others_stay_outside() -> None:
    first, last = cut_entry(CATALOG, "a"), cut_entry(CATALOG, "c")

    assert first.text.startswith("  # Above a.\n  a:")
    assert first.text.endswith("# burst: 7\n")
    assert last.text == "  c: {path: c}\n# The end.\n"


@pytest.mark.parametrize("name", SEPARATE)
def test_an_entry_on_lines_of_its_own_is_cut(name: str) -> None:
    text = SEPARATE[name]

    entry = cut_entry(text, "b")

    assert whole(entry) == text
    assert parse_yaml(entry.replaced_by("")) == {
        "sources": {n: v for n, v in parse_yaml(text)["sources"].items() if n != "b"} or None
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_end_of_a_line_counts(end: str) -> None:
    entry = cut_entry(CATALOG.replace("\n", end), "b")

    assert entry.text == B.replace("\n", end)
    assert (entry.first_line, entry.last_line) == (9, 16)
    assert entry.replaced_by(entry.text) == CATALOG.replace("\n", end)


@pytest.mark.parametrize("text", NOT_SEPARATE)
def test_an_entry_that_needs_other_lines_is_not_cut(text: str) -> None:
    with pytest.raises(NotSeparable, match=NOT_SEPARATE[text]):
        cut_entry(text, "b")


def test_another_text_takes_the_place_of_the_entry() -> None:
    entry = cut_entry(CATALOG, "b")

    changed = entry.replaced_by("  b:\n    path: other")

    assert changed == CATALOG.replace(B, "  b:\n    path: other\n")

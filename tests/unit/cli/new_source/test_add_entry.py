"""An entry is added to the catalog, and every other character stays."""

import pytest

from entities.declared.yaml_file import parse_yaml
from ingestion.cli.sources.new.add_entry import with_entry
from ingestion.cli.sources.new.bad_draft import BadDraft

ENTRY = {"path": "new", "map": [{"id": "payload.\"a, b\"[?x == 'y']"}]}
NEW = ("new:\n", "new:\r\n")
CATALOGS = {
    "one": "sources:\n  a: {path: a}\n",
    "indented": "sources:\n      a:\n          path:   'a'   # Why.\n",
    "not indented": "sources:\n a:\n  path: a\n",
    "comment inside": "sources:\n  a:\n    path: a\n    # burst: 7\n",
    "comment after": "sources:\n  a:\n    path: a\n\n# The end.\n",
    "comment at the sources": "sources:\n  a:\n    path: a\n  # b is gone.\n",
    "blanks at the end": "sources:\n  a:\n    path: a\n\n\n",
    "without an end of line": "sources:\n  a:\n    path: a",
    "list": "sources:\n  a:\n    entities:\n    - X\n    - Y\n",
    "folded": "sources:\n  a:\n    x: >\n      some\n      words\n\n  b:\n    x: |-\n      x\n\n",
    "long": f"sources:\n  a: {{x: [{', '.join(['word'] * 60)}]}}\n",
    "brackets": "sources:\n  a:\n    x: [1,\n      2\n    ]  # Two.\n",
    "comments before": "# Top.\nsources:  # All.\n\n  a:\n    path: a\n",
    "marked key": "sources:\n  ? a\n  : path: a\n",
    "last is a mark": "sources:\n  a: &a\n    path: a\n  b:\n    entities: *a\n",
    "CRLF": "sources:\r\n  a:\r\n    path: a\r\n",
    "empty value": "sources:\n  a:\n    path:\n",
    "quotes": 'sources:\n  a:\n    x: "two\n      lines"\n',
    "marks": "sources:\n  a: &a\n    path: a\n  b: *a\n",
}
WITH_ALIASES = ("marks", "last is a mark")  # The platform reads none. ruamel.yaml does.


@pytest.mark.parametrize("name", CATALOGS)
def test_every_other_character_stays(name: str) -> None:
    after = with_entry(CATALOGS[name], "new", ENTRY).splitlines(keepends=True)

    [start] = [index for index, line in enumerate(after) if line.lstrip(" ") in NEW]
    others = "".join(after[:start] + after[start + 4 :])
    assert others.removesuffix("\n") == CATALOGS[name].removesuffix("\n")
    assert len({line[-2:] == "\r\n" for line in after}) == 1


@pytest.mark.parametrize(
    "name", [name for name in CATALOGS if "mark" not in name or name == "marked key"]
)
def test_the_catalog_has_one_more_source(name: str) -> None:
    before = parse_yaml(CATALOGS[name])

    after = parse_yaml(with_entry(CATALOGS[name], "new", ENTRY))

    sources = {**before["sources"], "new": ENTRY}
    assert after == {**before, "sources": sources}
    assert [*after["sources"]] == [*sources]


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("indented", "      new:\n        path: new\n"),
        ("not indented", " new:\n   path: new\n"),
        ("comment inside", "    # burst: 7\n  new:\n"),
        ("comment after", "# The end.\n  new:\n"),
        ("comment at the sources", "  # b is gone.\n  new:\n"),
        ("blanks at the end", "    path: a\n\n\n  new:\n"),
        ("CRLF", "    path: a\r\n  new:\r\n"),
    ],
)
def test_the_entry_is_at_the_end_with_the_indentation_of_the_others(name: str, added: str) -> None:
    assert added in with_entry(CATALOGS[name], "new", ENTRY)


@pytest.mark.parametrize("text", ["sources: {a: {path: a}}\n", "other: 1\n", "sources: [a]\n"])
def test_sources_that_are_not_on_lines_of_their_own_are_refused(text: str) -> None:
    with pytest.raises(BadDraft, match="write each source on lines of its own"):
        with_entry(text, "new", ENTRY)

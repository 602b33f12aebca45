"""Cuts the entry of a source out of the catalog's text, and puts a changed one in its place."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode

from entities.declared.yaml_file import BadYaml, TextResolver, parse_yaml
from ingestion.cli.catalog_text.line_ends import count_ends, ends_a_line
from ingestion.errors import IngestionError

_SOURCES = "sources"


class NotSeparable(IngestionError):
    """An entry is not on lines of its own. The message says why."""


class UnknownEntry(NotSeparable):
    """The text has no source of this name."""


@dataclass(frozen=True)
class Entry:
    """The lines of a source in the text of a catalog, with the comments above its name.

    `names` are those of all sources of the catalog.
    """

    name: str
    names: tuple[str, ...]
    before: str
    text: str
    after: str

    @property
    def first_line(self) -> int:
        """Return the number of its first line in the file."""
        return count_ends(self.before) + 1

    @property
    def last_line(self) -> int:
        """Return the number of its last line in the file."""
        return self.first_line + count_ends(self.text) - ends_a_line(self.text)

    def replaced_by(self, text: str) -> str:
        """Return the text of the catalog with another text in the place of the entry."""
        ending = "\n" if text and not ends_a_line(text) else ""
        return f"{self.before}{text}{ending}{self.after}"


@lru_cache(maxsize=8)  # Parsing the text of a hundred sources three times takes a second.
def cut_entry(text: str, name: str) -> Entry:
    """Return the lines of a source. All characters of the text stay as they are.

    Raises NotSeparable if the lines mean something else without the others, and the reverse.
    """
    sources = _sources_of(text)
    if name not in sources:
        raise UnknownEntry(f"the file has no source {name}")
    first, last = _places(text, name)
    start = _above_comments(text, first, indent := _indent(text, first))
    end = max(_above_comments(text, last, indent), first)
    entry = Entry(name, tuple(map(str, sources)), text[:start], text[start:end], text[end:])
    _require_separate(entry, sources)
    return entry


def _places(text: str, name: str) -> tuple[int, int]:
    """Return where the line with the name of a source begins, and that of the next source."""
    reader = YAML(typ="rt", pure=True)
    reader.Resolver = TextResolver
    pairs = reader.compose(text).value
    sources: MappingNode = next(value for key, value in pairs if key.value == _SOURCES)
    marks = [key.start_mark for key, _ in sources.value]
    number = next(n for n, (key, _) in enumerate(sources.value) if str(key.value) == name)
    begins = [mark.index - mark.column for mark in marks] + [len(text)]
    return begins[number], begins[number + 1]


def _above_comments(text: str, start: int, indent: str) -> int:
    """Return where the comments begin that are above a line and indented like it."""
    while start:
        end = start - (2 if text.endswith("\r\n", 0, start) else 1)
        above = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
        if not text[above:start].startswith(f"{indent}#"):
            break
        start = above
    return start


def _indent(text: str, start: int) -> str:
    return text[start : len(text) - len(text[start:].lstrip(" "))]


def _require_separate(entry: Entry, sources: dict[Any, Any]) -> None:
    """Raise NotSeparable unless the entry and the rest mean the same when they are apart."""
    others = {name: value for name, value in sources.items() if name != entry.name}
    try:
        alone = _sources_of(f"{_SOURCES}:\n{entry.text}")
        rest = _sources_of(entry.before + entry.after) if others else {}
    except NotSeparable as error:
        raise NotSeparable(
            f"{entry.name} shares lines or an anchor (&) with other sources"
        ) from error
    if alone != {entry.name: sources[entry.name]} or rest != others:
        raise NotSeparable(f"{entry.name} shares lines or an anchor (&) with other sources")


def _sources_of(text: str) -> dict[Any, Any]:
    try:
        document = parse_yaml(text)
    except BadYaml as error:
        raise NotSeparable("the file is not valid YAML") from error
    sources = document.get(_SOURCES) if isinstance(document, dict) else None
    if not isinstance(sources, dict):
        raise NotSeparable("the file has no sources")
    return sources

"""Adds an entry to the text of the catalog, and changes no other character."""

from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node

from entities.yaml_file import TextResolver
from ingestion.cli.mapping.yaml_text import yaml_text
from ingestion.cli.sources.new.bad_draft import BadDraft

_INDENT = 2


def with_entry(text: str, name: str, entry: Mapping[str, Any]) -> str:
    """Return the text of the catalog with one more entry after the last one.

    All other characters stay. YAML's own writer would fold long lines and change quotes and blanks.
    Raises BadDraft if the sources are within { }.
    """
    reader = YAML(typ="rt", pure=True)
    reader.Resolver = TextResolver
    sources = _sources(reader.compose(text))
    if sources is None or sources.flow_style or not sources.value:
        raise BadDraft("config/sources.yaml: write each source on lines of its own, without { }")
    first_key, _ = sources.value[0]
    column = first_key.start_mark.column
    lines = text.splitlines(keepends=True)
    end = _end_of(lines, sources.value[-1], column)
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    added = yaml_text({name: entry}, list_indent=_INDENT).rstrip("\n").split("\n")
    before = "".join(lines[:end])
    gap = "" if before.endswith("\n") else newline
    indented = (f"{' ' * column}{line}{newline}" for line in added)
    return f"{before}{gap}{''.join(indented)}{''.join(lines[end:])}"


def _sources(document: Any) -> MappingNode | None:
    found = {key.value: value for key, value in document.value}
    sources = found.get("sources")
    return sources if isinstance(sources, MappingNode) else None


def _end_of(lines: list[str], last: tuple[Any, Any], column: int) -> int:
    """Return the number of lines up to the end of the last source, with comments inside it."""
    _, node = last
    end = _last_line(node)
    while end < len(lines) and _is_comment_inside(lines[end], column):
        end += 1
    return end


def _last_line(node: Node) -> int:
    """Return the number of lines up to the end of the last text or bracket of a node."""
    if isinstance(node, CollectionNode) and node.value and not node.flow_style:
        inner = node.value[-1]
        return _last_line(inner[1] if isinstance(inner, tuple) else inner)
    return int(node.end_mark.line) + (1 if node.end_mark.column else 0)


def _is_comment_inside(line: str, column: int) -> bool:
    text = line.lstrip(" ")
    return text.startswith("#") and len(line) - len(text) > column

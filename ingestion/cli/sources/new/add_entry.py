"""Adds an entry to the text of the catalog, and changes no other character."""

from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode

from entities.declared.yaml_file import TextResolver
from ingestion.cli.mapping.yaml_text import yaml_text
from ingestion.cli.sources.new.bad_draft import BadDraft

_INDENT = 2


def with_entry(text: str, name: str, entry: Mapping[str, Any]) -> str:
    """Return the text of a valid catalog with one more entry at its end.

    All other characters stay. YAML's own writer would fold long lines and change quotes and blanks.
    Raises BadDraft if the sources are within { }.
    """
    reader = YAML(typ="rt", pure=True)
    reader.Resolver = TextResolver
    # A catalog has no other key than `sources`, so its last line belongs to the sources.
    [(_, sources)] = reader.compose(text).value
    if not isinstance(sources, MappingNode) or sources.flow_style:
        raise BadDraft("config/sources.yaml: write each source on lines of its own, without { }")
    first_key, _ = sources.value[0]
    first = text.splitlines()[first_key.start_mark.line]
    indent = first[: len(first) - len(first.lstrip(" "))]  # Also of a key after `?`.
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if text.endswith("\n") else newline
    lines = yaml_text({name: entry}, list_indent=_INDENT).rstrip("\n").split("\n")
    return f"{text}{gap}{''.join(f'{indent}{line}{newline}' for line in lines)}"

"""Reads YAML in which only null, true, false and plain numbers are not text."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.resolver import VersionedResolver

_NUMBER = r"-?(?:0|[1-9][0-9]*)"
# What a plain scalar may be by its first character: its tag, and how the whole scalar is written.
_NOT_TEXT = {
    "": [("tag:yaml.org,2002:null", re.compile(r"\Z"))],
    "n": [("tag:yaml.org,2002:null", re.compile(r"null\Z"))],
    "t": [("tag:yaml.org,2002:bool", re.compile(r"true\Z"))],
    "f": [("tag:yaml.org,2002:bool", re.compile(r"false\Z"))],
} | {
    first: [
        ("tag:yaml.org,2002:int", re.compile(rf"{_NUMBER}\Z")),
        ("tag:yaml.org,2002:float", re.compile(rf"{_NUMBER}[.][0-9]+\Z")),
    ]
    for first in "-0123456789"
}


class _Resolver(VersionedResolver):
    """Leaves `on`, `003`, `2026-01-31` and `12:30` text, whatever version the file names."""

    @property
    def versioned_resolver(self) -> Any:
        return _NOT_TEXT


class BadYaml(ValueError):
    """The text is not YAML that can be read; the message names the line."""


def read_yaml(file: Path) -> Any:
    """Read the one document of a file. Raises BadYaml, OSError or UnicodeDecodeError."""
    return parse_yaml(file.read_text(encoding="utf-8"))


def parse_yaml(text: str) -> Any:
    """Read the one document of a text. Raises BadYaml."""
    reader = YAML(typ="safe", pure=True)
    reader.Resolver = _Resolver
    try:
        return reader.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # The problem of a repeated key goes on with both values.
        problem = str(error.problem).partition(" with value ")[0]
        raise BadYaml(f"line {mark.line + 1}: {problem}" if mark else problem) from error
    except YAMLError as error:
        raise BadYaml(str(error)) from error
    except (LookupError, ValueError) as error:
        raise BadYaml(f"a value does not fit its tag (!!int, !!bool, …): {error}") from error

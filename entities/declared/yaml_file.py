"""Reads YAML. Every plain scalar is text except null, true, false and decimal numbers."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.resolver import VersionedResolver

_NUMBER = r"-?(?:0|[1-9][0-9]*)"
# By the first character of a plain scalar: its tag, and the pattern of the whole scalar.
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
_NO_COLON = "could not find expected ':'"
_INDENTATION = "check the indentation of lines {before} and {line}"
_WHOLE = "put an expression that begins with one of [ {{ ! @ & * ` \" ' in quotes"
_INSIDE = "put an expression that holds one of [ {{{{ , inside {brackets} in quotes"
# By the start of ruamel's message: what the author of the file must do. `start` is the line at
# which the part begins that is wrong.
_ADVICE = {
    "mapping values are not": f"{_INDENTATION}, and put a text with a colon in quotes",
    "sequence entries are not": f"{_INDENTATION}, and begin a list on a line of its own",
    "expected <block end>": f"{_INDENTATION}, and that one pair of quotes holds a whole text;"
    f" {_WHOLE}",
    "expected chomping": _WHOLE,
    _NO_COLON: "line {start} needs a colon and a blank after its key, which has at most"
    " 1,024 characters",
    r"found character '\t'": "use blanks, not tabs, to indent",
    "found character": "put a text that begins with @, ` or % in quotes",
    "expected alphabetic or numeric": "put a text that begins with * or & in quotes",
    "found undefined alias": "put a text that begins with * in quotes",
    "could not determine a constructor": "put a text that begins with ! in quotes",
    "expected ',' or ']'": "close the [ of line {start} with ];"
    f" {_INSIDE.format(brackets='[ ]')}",
    "expected ',' or '}'": "close the {{ of line {start} with }};"
    f" {_INSIDE.format(brackets='{{ }}')}",
    "found unexpected end of stream": "close the quote of line {start};"
    f" {_INSIDE.format(brackets='[ ] or {{ }}')}",
    "found unknown escape character": "put a text with a backslash in single quotes",
    "but found another document": "delete this line: a file holds one document",
}


_REPEATED_KEY = re.compile(r'found duplicate key (".*?") with value')


class TextResolver(VersionedResolver):
    """Keeps `on`, `003`, `2026-01-31` and `12:30` text in every version of YAML."""

    @property
    def versioned_resolver(self) -> Any:
        """Return the scalars that are not text."""
        return _NOT_TEXT


class _Constructor(SafeConstructor):
    """Keeps all digits of a decimal number."""


def _exact_number(constructor: _Constructor, node: ScalarNode) -> Decimal:
    """Return the number. Raises ArithmeticError."""
    return Decimal(constructor.construct_scalar(node))


_Constructor.add_constructor("tag:yaml.org,2002:float", _exact_number)


class BadYaml(ValueError):
    """The text is not valid YAML. The message names the line, if there is one."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem = problem
        self.line = line


def read_yaml(file: Path) -> Any:
    """Read a file with one document. Raises BadYaml, OSError or UnicodeDecodeError."""
    return parse_yaml(file.read_text(encoding="utf-8"))


def parse_yaml(text: str) -> Any:
    """Parse text with one document. Raises BadYaml."""
    try:
        return _new_reader().load(text)
    except MarkedYAMLError as error:
        raise _in_words(error) from error
    except YAMLError as error:
        raise BadYaml(str(error).partition("\n")[0]) from error
    except RecursionError as error:
        raise BadYaml("is nested too deeply") from error
    except (ArithmeticError, LookupError, ValueError) as error:
        raise BadYaml(f"a value does not fit its tag (!!int, !!bool, …): {error}") from error


def _in_words(error: MarkedYAMLError) -> BadYaml:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return BadYaml(str(error.problem))
    line = mark.line + 1
    start = error.context_mark.line + 1 if error.context_mark else line
    problem = str(error.problem)
    for beginning, advice in _ADVICE.items():
        if problem.startswith(beginning):
            place = start if beginning == _NO_COLON else line
            return BadYaml(advice.format(before=max(1, line - 1), line=line, start=start), place)
    if repeated := _REPEATED_KEY.match(problem):
        return BadYaml(f"the key {repeated[1]} is repeated: delete or rename one", line)
    return BadYaml(problem, line)


class Found(NamedTuple):
    """The line of a value, and whether it is inside [ ] or { }, where a comma ends a text."""

    line: int = 1
    is_in_brackets: bool = False


class Places:
    """The places in the text of a valid document. Only the first place parses the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._entries = cache(_entries)  # Many places have the same parents.

    @cached_property
    def _root(self) -> Any:
        return _new_reader().compose(self._text)

    def find_line(self, path: Iterable[str | int]) -> int:
        """Return the line of a key or an item.

        If it does not exist, return the line of the last of its parents that does.
        """
        return self.find(path).line

    def find(self, path: Iterable[str | int]) -> Found:
        """Return the place of a key or an item, or of the last of its parents that exists."""
        node, place = self._root, Found()
        for step in path:
            found = self._entries(node).get(str(step))
            if found is None:
                break
            is_in_brackets = place.is_in_brackets or bool(node.flow_style)
            mark, node = found
            place = Found(mark.line + 1, is_in_brackets)
        return place


def _entries(node: Any) -> dict[str, tuple[Any, Any]]:
    """Return the place and the value of each key of a mapping, or of each item of a list."""
    if isinstance(node, MappingNode):
        return {str(key.value): (key.start_mark, value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return {str(number): (item.start_mark, item) for number, item in enumerate(node.value)}
    return {}


def _new_reader() -> YAML:
    reader = YAML(typ="safe", pure=True)
    reader.Resolver = TextResolver
    reader.Constructor = _Constructor
    return reader

"""Parses an expression, and refuses at check time what would be wrong for every payload."""

import warnings
from collections.abc import Sequence
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.lexer import Lexer

from entities.faults import did_you_mean
from ingestion.mapping.language.arguments import EXPRESSION
from ingestion.mapping.language.functions import FUNCTIONS
from ingestion.mapping.language.refusals import (
    BadExpression,
    in_our_words,
    name_of_element,
    unknown_name,
)
from ingestion.syntax import exact_json

Node = dict[str, Any]  # As jmespath.ast makes it: `type`, `children`, and `value` for some types.

_MAX_LEVELS = 100  # The interpreter calls itself twice a level.
# The tokens that have a node of their own, in the order of the text.
_TOKENS = {
    "field": ("unquoted_identifier", "quoted_identifier"),
    "function_expression": ("unquoted_identifier",),
    "key_val_pair": ("unquoted_identifier", "quoted_identifier"),
    "literal": ("literal",),
    "current": ("current",),
}
# The first child is applied to what the node is applied to. The others are applied to its result.
_CHAINS = (
    *("subexpression", "index_expression", "pipe"),
    *("projection", "value_projection", "filter_projection"),
)

_PARTS_OF_VALUES = (*(kind for kind in _CHAINS if kind != "pipe"), "flatten")


def parse_expression(text: str, names: Sequence[str], max_characters: int) -> Node:
    """Return the syntax tree, with exact numbers in its literals. Raises BadExpression.

    The outer expression begins with one of `names`.
    """
    if len(text) > max_characters:
        raise BadExpression(
            text, max_characters, f"must have at most {max_characters:,} characters"
        )
    try:
        with warnings.catch_warnings():  # About literals that are not JSON: _Tree refuses them.
            warnings.simplefilter("ignore", PendingDeprecationWarning)
            tokens = list(Lexer().tokenize(text))
            parsed = jmespath.compile(text).parsed
        return _Tree(text, tokens, names).checked(parsed, is_outer=True)
    except JMESPathError as error:
        raise in_our_words(text, error) from error
    except RecursionError as error:
        raise BadExpression(text, 0, "is nested too deeply") from error


class _Tree:
    """Copies a parsed tree, which jmespath keeps and shares, and checks it.

    The tree has no positions. Its nodes are visited in the order of the text, so that each meets
    its token.
    """

    def __init__(self, text: str, tokens: list[Any], names: Sequence[str]) -> None:
        self._text = text
        self._names = names
        self._tokens = tokens
        self._index = -1  # Of the last token that belongs to a node.
        self._level = 0

    def checked(self, node: Any, is_outer: bool) -> Node:
        """Return the node's copy. Only the outer expression begins with a name of the scope."""
        kind = node["type"]
        copy = {**node, "position": self._position_of(kind)}
        if self._level == _MAX_LEVELS:
            raise self._bad(copy, "is nested too deeply")
        self._level += 1
        if kind == "expref":
            raise self._bad(copy, '"&" is only for an argument of map, max_by, min_by and sort_by')
        if kind in ("current", "identity") and is_outer:
            raise self._bad(copy, f"must begin with a name: {', '.join(self._names)}")
        if kind == "field" and is_outer and node["value"] not in self._names:
            is_quoted = self._tokens[self._index]["type"] == "quoted_identifier"
            reason = unknown_name(node["value"], self._names, is_quoted=is_quoted)
            raise self._bad(copy, reason)
        if kind == "field" and not is_outer and self._begins_with_name():
            raise self._bad(copy, name_of_element(node["value"]))
        if kind == "literal":
            copy["value"] = self._exact_literal(copy)
        if kind == "slice" and 0 in node["children"][2:]:
            raise self._bad(copy, "the step of a slice must not be 0")
        copy["children"] = self._children_of(copy, is_outer)
        self._level -= 1
        return _with_weak_not(copy)

    def _children_of(self, node: Node, is_outer: bool) -> list[Any]:
        children = node["children"]
        match node["type"]:
            case "slice":
                return list(children)  # Numbers.
            case "function_expression":
                return self._arguments_of(node, is_outer)
            case "filter_projection":  # In the text the condition is the second part.
                left = self.checked(children[0], is_outer)
                condition = self.checked(children[2], is_outer=False)
                return [left, self.checked(children[1], is_outer=False), condition]
            case kind if kind in _CHAINS:
                first = self.checked(children[0], is_outer)
                rest = [self.checked(child, is_outer=False) for child in children[1:]]
                if kind == "subexpression" and is_outer:
                    self._check_field_of_name(first, rest[0])
                return [first, *rest]
        return [self.checked(child, is_outer) for child in children]

    def _arguments_of(self, node: Node, is_outer: bool) -> list[Node]:
        name, arguments = node["value"], node["children"]
        function = FUNCTIONS.get(name)
        if function is None:
            suggestion = did_you_mean(name, FUNCTIONS, cutoff=0.7)
            known = suggestion or f"; use {', '.join(FUNCTIONS)}"
            raise self._bad(node, f'unknown function "{name}"{known}')
        takes, count = function.takes, len(arguments)
        if count != len(takes) and not (function.is_variadic and count > len(takes)):
            least = "at least " if function.is_variadic else ""
            raise self._bad(node, f"{name}() has {count} arguments: {least}{len(takes)} needed")
        checked = []
        for index, argument in enumerate(arguments):
            if EXPRESSION not in takes[min(index, len(takes) - 1)]:
                checked.append(self.checked(argument, is_outer))
                continue
            if argument["type"] != "expref":
                raise self._bad(node, f'argument {index + 1} of {name}() must begin with "&"')
            inner = self.checked(argument["children"][0], is_outer=False)
            checked.append({**argument, "children": [inner]})
        return checked

    def _check_field_of_name(self, first: Node, second: Node) -> None:
        """Refuse fields that are always null: names of headers are in lower case."""
        if [first["type"], second["type"]] != ["field", "field"]:
            return
        name, field = first["value"], second["value"]
        if name == "parents":
            raise self._bad(second, "parents is a list: write parents[0] for the nearest one")
        if name == "headers" and field != field.lower():
            raise self._bad(
                second, f'names of headers are in lower case: headers."{field.lower()}"'
            )

    def _exact_literal(self, node: Node) -> Any:
        start, end = node["position"], self._tokens[self._index + 1]["start"]
        literal = self._text[start:end].strip()
        if literal.startswith("'"):
            return node["value"]
        try:
            return exact_json.read(literal[1:-1].replace("\\`", "`"))
        except ValueError as error:
            raise self._bad(node, "must be JSON; write a text as 'text'") from error

    def _position_of(self, kind: str) -> int:
        """Return the position of the node's token, or of the last one for a node without any."""
        for index in range(self._index + 1, len(self._tokens) if kind in _TOKENS else 0):
            if self._tokens[index]["type"] in _TOKENS[kind]:
                self._index = index
                break
        return int(self._tokens[self._index]["start"]) if self._index >= 0 else 0

    def _begins_with_name(self) -> bool:
        """Return whether the last token is one of the names without quotes, and after no dot."""
        token, before = self._tokens[self._index], self._tokens[self._index - 1]
        is_plain = token["type"] == "unquoted_identifier" and before["type"] != "dot"
        return is_plain and token["value"] in self._names

    def _bad(self, node: Node, reason: str) -> BadExpression:
        return BadExpression(self._text, node["position"], reason)


def _with_weak_not(node: Node) -> Node:
    """Return `!(a.b)` for `!a.b`, as JMESPath specifies. jmespath reads `(!a).b`, always null."""
    first = node["children"][0] if node["type"] in _PARTS_OF_VALUES else node
    if first is node or first["type"] != "not_expression":
        return node
    negated = {**node, "children": [*first["children"], *node["children"][1:]]}
    return {**first, "children": [_with_weak_not(negated)]}

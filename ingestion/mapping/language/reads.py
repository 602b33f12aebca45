"""Lists the paths that an expression reads."""

from typing import Any

from ingestion.mapping.language.syntax import Node

Path = tuple[str, ...]
ANY_FIELD = "*"
_PARENTS = ("parents",)
# Their result consists of their arguments, so that what follows reads only parts of these.
_PASS_ON = frozenset(("max_by", "merge", "min_by", "not_null", "reverse", "sort_by", "to_array"))


def paths_read(tree: Node) -> frozenset[Path]:
    """Return the paths as names of fields, beginning with a name of the scope.

    A path stands for its value and everything within. `*` stands for any field. A list adds
    nothing to a path: `item.lines[0].id` is `("item", "lines", "id")`. Only `parents[1].id` is
    `("parents", "1", "id")`.
    """
    found: set[Path] = set()
    return frozenset(found | _origins(tree, {()}, found))


def _origins(node: Node, bases: set[Path], found: set[Path]) -> set[Path]:
    """Return the paths that give the node's value, and add the ones that it only looks at."""
    children: list[Any] = node["children"]
    match node["type"]:
        case "field":
            return {(*base, node["value"]) for base in bases}
        case "index":
            return _elements(bases, str(node["value"]))
        case "current" | "identity" | "slice":
            return bases
        case "subexpression" | "index_expression" | "pipe":
            for child in children:
                bases = _origins(child, bases, found)
            return bases
        case "projection" | "value_projection" | "filter_projection":
            return _projected(node, _origins(children[0], bases, found), found)
        case "flatten" | "or_expression" | "and_expression":
            return _union(children, bases, found)
        case "function_expression":
            return _origins_of_result(node, bases, found)
    found |= _union(children, bases, found)
    return set()  # A new value: a comparison, a literal, a multiselect.


def _projected(node: Node, lists: set[Path], found: set[Path]) -> set[Path]:
    if node["type"] == "value_projection":
        elements = {(*base, ANY_FIELD) for base in lists}
    else:
        elements = _elements(lists, ANY_FIELD)
    if node["type"] == "filter_projection":
        found |= _origins(node["children"][2], elements, found)
    return _origins(node["children"][1], elements, found)


def _origins_of_result(node: Node, bases: set[Path], found: set[Path]) -> set[Path]:
    plain = [child for child in node["children"] if child["type"] != "expref"]
    arguments = _union(plain, bases, found)
    keys = {
        path
        for child in node["children"]
        if child["type"] == "expref"
        for path in _origins(child["children"][0], _elements(arguments, ANY_FIELD), found)
    }
    if node["value"] == "map":
        return keys
    found |= keys
    if node["value"] in _PASS_ON:
        return arguments
    found |= arguments
    return set()


def _union(nodes: list[Node], bases: set[Path], found: set[Path]) -> set[Path]:
    return {path for node in nodes for path in _origins(node, bases, found)}


def _elements(lists: set[Path], index: str) -> set[Path]:
    return {(*base, index) if base == _PARENTS else base for base in lists}

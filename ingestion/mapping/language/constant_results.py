"""Finds expressions whose result may be a literal of their own text."""

from typing import Any

from ingestion.mapping.language.syntax import Node


def may_be_constant(node: Node, *, is_applied_to_constant: bool = False) -> bool:
    """Return whether a literal may be the result, as in `payload.x && '1'`.

    A literal that only decides or is a part of the result, as in `join('T', …)`, does not count.
    """
    children: list[Any] = node["children"]
    match node["type"]:
        case "literal":
            return True
        case "field" | "index" | "slice" | "current" | "identity":
            return is_applied_to_constant
        case "subexpression" | "index_expression" | "pipe":
            return _after(children, is_applied_to_constant)
        case "projection" | "value_projection" | "filter_projection":
            return _after(children[:2], is_applied_to_constant)
        case "and_expression":  # Its left side is the result only if it is null or empty.
            children = children[1:]
    found = [
        may_be_constant(child, is_applied_to_constant=is_applied_to_constant)
        for child in children
        if child["type"] != "expref"
    ]
    is_alternative = node["type"] in ("or_expression", "and_expression")
    if is_alternative or node.get("value") == "not_null":
        return any(found)
    is_condition = node["type"] in ("comparator", "not_expression")
    return bool(found) and all(found) and not is_condition


def _after(steps: list[Any], is_constant: bool) -> bool:
    """Return whether the result of the last step may be constant. Each is applied to the former."""
    for step in steps:
        is_constant = may_be_constant(step, is_applied_to_constant=is_constant)
    return is_constant

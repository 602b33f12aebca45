"""Scopes for expressions."""

from decimal import Decimal
from typing import Any

from ingestion.mapping.expressions import compile_expression

RECEIVED_AT = "2026-01-31T12:00:00.000000Z"


def scope(item: Any, **names: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"parent": None, "parents": [], "headers": {}, "query": {}}
    return {"payload": item, "item": item, "received_at": RECEIVED_AT, **empty, **names}


def evaluate(expression: str, item: Any = None, **names: Any) -> Any:
    return compile_expression(expression).evaluate(scope(item, **names))


def exact(value: Any) -> Any:
    """Return a value in a form that differs for 1, true and 1.0."""
    match value:
        case list():
            return [exact(element) for element in value]
        case dict():
            return {name: exact(element) for name, element in value.items()}
        case Decimal():
            return ("Decimal", str(value))
    return (type(value).__name__, value)

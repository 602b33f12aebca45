"""The scope of an item: the names that its expressions read, and their values."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from ingestion.mapping.expressions import Expression, FailedExpression
from ingestion.mapping.outcome import MappingOutOfTime, Origin
from ingestion.mapping.refused import RefusedValue

Scope = dict[str, Any]
Evaluate = Callable[[Scope], Any]  # Raises RefusedValue, FailedExpression and RecursionError.
MustStop = Callable[[], bool]

# What a value's evaluation may raise. Each fails one item. Payloads may have hostile depth.
FAILURES = (RefusedValue, FailedExpression, RecursionError)


class CompiledValue(NamedTuple):
    """Gives a value for a scope, or None. `describe` returns the expressions that gave it."""

    evaluate: Evaluate
    describe: Callable[[Scope], str]


def payload_scope(payload: Any, origin: Origin) -> Scope:
    """Return the names of a payload as a whole: it is the item, and has no parents."""
    return {
        "payload": payload,
        "item": payload,
        "parent": None,
        "parents": [],
        "headers": origin.headers,
        "query": origin.query,
        "received_at": origin.received_at,
    }


def item_scopes(
    steps: Sequence[Expression], payload: Scope, must_stop: MustStop
) -> Iterator[Scope | Exception]:
    """Yield the scope of each item that the last step finds, in order.

    Where a step fails, yields its failure and goes on with the next item of the step before. Raises
    MappingOutOfTime.
    """
    found: Iterator[Scope | Exception] = iter([payload])
    for step in steps:
        found = _apply_step(step, found, must_stop)
    return found


def _apply_step(
    step: Expression, parents: Iterator[Scope | Exception], must_stop: MustStop
) -> Iterator[Scope | Exception]:
    for parent in parents:
        if isinstance(parent, Exception):
            yield parent
            continue
        try:
            found = step.evaluate(parent)
        except FAILURES as failure:
            yield failure
            continue
        if found is not None:
            yield from _children(found if isinstance(found, list) else [found], parent, must_stop)


def _children(items: list[Any], scope: Scope, must_stop: MustStop) -> Iterator[Scope]:
    payload, parent = scope["payload"], scope["item"]
    parents = [parent, *scope["parents"]]
    headers, query, received_at = scope["headers"], scope["query"], scope["received_at"]
    for item in items:
        if must_stop():
            raise MappingOutOfTime
        if item is not None:
            yield {
                "payload": payload,
                "item": item,
                "parent": parent,
                "parents": parents,
                "headers": headers,
                "query": query,
                "received_at": received_at,
            }


def is_true(value: Any) -> bool:
    """Return what JMESPath calls true: not null, false, or an empty text, list or object."""
    return bool(value) or (isinstance(value, int | Decimal) and value is not False)

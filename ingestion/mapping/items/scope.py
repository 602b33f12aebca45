"""The scope of an item: the names that its expressions read, and their values."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ingestion.mapping.expressions import Expression
from ingestion.mapping.outcome import MappingOutOfTime, Origin
from ingestion.mapping.values.value import FAILURES, Scope

MustStop = Callable[[], bool]


def never() -> bool:
    """Return False: the mapping may take as long as it needs."""
    return False


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

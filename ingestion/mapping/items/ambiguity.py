"""Finds events of one payload that are about the same entity."""

from collections.abc import Iterator

from ingestion.errors import FieldError, RejectedRecord
from ingestion.mapping.items.canonical import canonical_json
from ingestion.mapping.items.scope import MustStop
from ingestion.mapping.outcome import (
    AMBIGUOUS_ITEM,
    FailedItem,
    MappedEvent,
    MappingOutOfTime,
)

_Entity = tuple[str, str]
_Result = MappedEvent | FailedItem


def resolve_repeats(results: list[_Result], must_stop: MustStop) -> list[_Result]:
    """Keep the first of an entity's equal events, and refuse all of its events if they differ.

    Equal events have the same operation, time and data. Raises MappingOutOfTime.
    """
    firsts: dict[_Entity, MappedEvent] = {}
    repeats: list[MappedEvent] = []
    for result in results:
        if isinstance(result, MappedEvent):
            first = firsts.setdefault(_entity(result), result)
            if first is not result:
                repeats.append(result)
    if not repeats:
        return results
    ambiguous = set()
    for repeat in repeats:
        if must_stop():
            raise MappingOutOfTime
        if _differs(repeat, firsts[_entity(repeat)]):
            ambiguous.add(_entity(repeat))
    return list(_resolved(results, firsts, ambiguous))


def _resolved(
    results: list[_Result], firsts: dict[_Entity, MappedEvent], ambiguous: set[_Entity]
) -> Iterator[_Result]:
    for result in results:
        if isinstance(result, FailedItem):
            yield result
        elif _entity(result) in ambiguous:
            yield _refused(result)
        elif firsts[_entity(result)] is result:
            yield result


def _entity(event: MappedEvent) -> _Entity:
    return event.entity_name, event.entity_id


def _differs(event: MappedEvent, other: MappedEvent) -> bool:
    """Compare as JSON, because in Python 1 equals true."""
    try:
        return _content(event) != _content(other)
    except RecursionError:  # A hostile depth.
        return True


def _content(event: MappedEvent) -> bytes:
    return canonical_json([event.operation, event.time, event.data])


def _refused(event: MappedEvent) -> FailedItem:
    fault = FieldError(
        "id", "another item of the payload makes a different event of the same entity"
    )
    rejection = RejectedRecord(AMBIGUOUS_ITEM, fault)
    return FailedItem(event.rule, event.item, event.entity_name, rejection)

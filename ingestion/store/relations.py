"""Find related entities: by an entity's own fields, and by the index of each reference."""

from collections.abc import Iterator
from itertools import dropwhile

import entities
from entities import Reference
from ingestion.store.reader import (
    MAX_KEYS,
    Json,
    Position,
    Step,
    TableReader,
    entity_document,
    table_key,
)
from ingestion.store.table import ID, reference_index

REFERS_TO, REFERRED_BY = "refers_to", "referred_by"


def related_entities(
    reader: TableReader, stored: Json, after: Position | None = None, page_size: int = MAX_KEYS
) -> Iterator[Step]:
    """Yield the entities that `stored` refers to, then those that refer to `stored`."""
    after = after or Position("")
    if after.direction != REFERRED_BY:
        yield from _refers_to(reader, stored, after)
    references = [found for found in entities.references() if found.target == stored["entity_name"]]
    start = None
    if after.direction == REFERRED_BY:
        reached, start = Reference(after.entity_name, after.field, stored["entity_name"]), after.id
        references = list(dropwhile(lambda reference: reference != reached, references))
    for reference in references:
        yield from _referred_by(reader, stored, reference, start, min(page_size, MAX_KEYS))
        start = None


def _refers_to(reader: TableReader, stored: Json, after: Position) -> Iterator[Step]:
    held = [
        (reference, stored["entity"][reference.field])
        for reference in entities.references()
        if reference.entity_name == stored["entity_name"] and reference.field in stored["entity"]
    ]
    there = reader.read_existing(table_key(reference.target, to_id) for reference, to_id in held)
    for reference, to_id in held:
        if reference.field > after.field:
            item = there.get(table_key(reference.target, to_id))
            dangling = {"entity_name": reference.target, "id": to_id}
            found = entity_document(item) if item else dangling | {"entity": None, "event": None}
            found = {"field": reference.field, "direction": REFERS_TO} | found
            yield Step(Position("", REFERS_TO, field=reference.field), found)


def _referred_by(
    reader: TableReader, stored: Json, reference: Reference, start: str | None, page_size: int
) -> Iterator[Step]:
    name, field, _ = reference
    index = (reference_index(field), field, stored["id"])
    for page, last in reader.query_index(index, name, start, Limit=page_size):
        keys = [item[ID]["S"] for item in page]
        there = reader.read_existing(keys)
        for key in keys:
            item = there.get(key, {})
            # The index lags behind the table: the entity may refer to another entity by now.
            if item.get(field) == {"S": stored["id"]}:
                found = {"field": field, "direction": REFERRED_BY} | entity_document(item)
                yield Step(Position(found["id"], REFERRED_BY, name, field), found)
        if last:
            yield Step(Position(last, REFERRED_BY, name, field), None)

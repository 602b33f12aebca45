"""Read what was stored since a time, in the order of time, by the index by time.

DynamoDB updates the index after the table. If an item is newer than its index entry, it is returned
at the entry's time, and again at its new time.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import dropwhile, groupby, islice
from operator import attrgetter
from typing import NamedTuple

from ingestion.store.attributes import EVENT
from ingestion.store.reader import (
    MAX_KEYS,
    Filter,
    Json,
    Position,
    Step,
    TableReader,
    entity_document,
    table_key,
)
from ingestion.store.table import ID
from ingestion.store.time_index_keys import (
    REINDEXED,
    SHARD,
    SHARDS,
    STORED_AT,
    STORED_AT_INDEX,
    shards_of,
)
from ingestion.syntax.times import fixed_width

_FIRST, _LAST = "0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"


class Entry(NamedTuple):
    """A row of the index, ordered by time and key."""

    stored_at: str
    key: str


@dataclass
class TimeIndex:
    """The index by time of a reader's table.

    Rows that an older version stored are missing until `ingest entities reindex` has finished.
    """

    reader: TableReader
    _was_complete: bool = field(default=False, init=False)

    def is_complete(self) -> bool:
        """Return whether `ingest entities reindex` has finished. Remembers a yes.

        After a rollback the result may be wrong until the command runs again.
        """
        if not self._was_complete:
            response = self.reader.dynamodb.get_item(
                TableName=self.reader.table_name, Key={ID: {"S": REINDEXED}}
            )
            self._was_complete = "Item" in response
        return self._was_complete

    def changed_entities(
        self,
        entity_name: str,
        selected: Filter,
        after: Position | None = None,
        page_size: int | None = None,
    ) -> Iterator[Step]:
        """Yield the entities of a name that were stored since `selected.changed_since`.

        They are ordered by time and id. While rows are missing in the index, all entities of the
        name are read instead, ordered by id. A read that continues keeps the order in which it
        began. `page_size` limits what is read ahead (default: read all).

        Raises boto3's errors, and TransientFailure if DynamoDB leaves keys unprocessed.
        """
        is_by_time = after.stored_at is not None if after else self.is_complete()
        if not is_by_time:
            yield from self.reader.all_of(entity_name, selected, after)
            return
        yield from self.indexed_entities(entity_name, selected, after, page_size)

    def indexed_entities(
        self,
        entity_name: str,
        selected: Filter,
        after: Position | None = None,
        page_size: int | None = None,
        *,
        is_descending: bool = False,
    ) -> Iterator[Step]:
        """Yield the selected entities that the index has, also while rows are missing in it.

        What this version stored is in the index. Otherwise as `changed_entities`, or from the
        latest to the earliest.
        """
        wanted = page_size or sys.maxsize  # Entities that the page still lacks.
        entries = self._entries(entity_name, selected, after, page_size, is_descending)
        while batch := list(islice(entries, max(1, min(wanted, MAX_KEYS)))):
            items = self.reader.read_existing(entry.key for entry in batch)
            for stored_at, key in batch:
                found = _select(items.get(key, {}), selected)
                if found:
                    wanted -= 1
                entity_id = key.removeprefix(table_key(entity_name, ""))
                yield Step(Position(entity_id, stored_at=stored_at), found)

    def _entries(
        self,
        entity_name: str,
        selected: Filter,
        after: Position | None,
        page_size: int | None,
        is_descending: bool,
    ) -> Iterator[Entry]:
        """Yield the entries of all shards after a position, by time and key."""
        first, last = selected.changed_since or _FIRST, _LAST
        reached = None
        if after and after.stored_at:
            reached = Entry(after.stored_at, table_key(entity_name, after.id))
            first = first if is_descending else max(first, reached.stored_at)
            last = reached.stored_at if is_descending else last
        shards = [
            self._query_shard(shard, (first, last), page_size, is_descending)
            for shard in shards_of(entity_name)
        ]
        entries = merge(*shards, reverse=is_descending)
        if reached is None:
            return entries
        is_known = reached.__le__ if is_descending else reached.__ge__
        return dropwhile(is_known, entries)

    def _query_shard(
        self, shard: str, times: tuple[str, str], page_size: int | None, is_descending: bool
    ) -> Iterator[Entry]:
        """Yield the entries of a shard by time and key. DynamoDB orders them by time only."""
        # The entries are spread over the shards. Two more per shard usually make a second query
        # unnecessary.
        limit: Json = {"Limit": page_size // SHARDS + 2} if page_size else {}
        first, last = times
        pages = self.reader.dynamodb.get_paginator("query").paginate(
            TableName=self.reader.table_name,
            IndexName=STORED_AT_INDEX,
            KeyConditionExpression="#shard = :shard AND #stored_at BETWEEN :first AND :last",
            ExpressionAttributeNames={"#shard": SHARD, "#stored_at": STORED_AT},
            ExpressionAttributeValues={
                ":shard": {"S": shard},
                ":first": {"S": first},
                ":last": {"S": last},
            },
            ScanIndexForward=not is_descending,
            **limit,
        )
        entries = (
            Entry(item[STORED_AT]["S"], item[ID]["S"])
            for page in pages
            for item in page["Items"]
            if _is_time(item[STORED_AT]["S"])
        )
        for _, stored_together in groupby(entries, attrgetter("stored_at")):
            yield from sorted(stored_together, reverse=is_descending)


def _is_time(stored_at: str) -> bool:
    """Return whether it is a time of fixed width. Written by hand, it may be any text.

    A cursor of another text would be invalid.
    """
    try:
        return fixed_width(stored_at) == stored_at
    except ValueError:
        return False


def _select(item: Json, selected: Filter) -> Json | None:
    """Return the entity, or None if it was deleted or its last event is not selected."""
    event = item.get(EVENT, {}).get("M", {})
    source, stored_at = (event.get(name, {}).get("S", "") for name in ("source", "stored_at"))
    is_selected = selected.source in (None, source) and stored_at >= (selected.changed_since or "")
    return entity_document(item) if item and is_selected else None

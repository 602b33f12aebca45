"""Read what was stored since a time, in the order of time, by the index by time.

The index follows the table with a delay. An item may be newer than its entry: it is returned, and
again where its newer entry is.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import dropwhile, groupby, islice
from operator import itemgetter

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
from ingestion.store.table import EVENT, ID
from ingestion.store.time_index import (
    REINDEXED,
    SHARD,
    SHARDS,
    STORED_AT,
    STORED_AT_INDEX,
    shards_of,
)

Entry = tuple[str, str]  # When an entity was stored, and its key in the table.


@dataclass
class TimeIndex:
    """The index by time of a reader's table.

    It lacks rows that an older version has stored, until `store.reindex` has finished.
    """

    reader: TableReader
    _was_complete: bool = field(default=False, init=False)

    def is_complete(self) -> bool:
        """Return whether all rows are in the index. It never loses any: a yes is remembered."""
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

        They are ordered by time and id. While the index lacks rows, all entities of the name are
        read instead, ordered by id. A read that continues keeps the order in which it began.
        Raises boto3's errors, and TransientFailure if DynamoDB leaves keys unprocessed.
        """
        is_by_time = after.stored_at is not None if after else self.is_complete()
        if not is_by_time:
            yield from self.reader.all_of(entity_name, selected, after)
            return
        missing = page_size or sys.maxsize
        entries = self._entries(entity_name, selected, after, page_size)
        while batch := list(islice(entries, max(1, min(missing, MAX_KEYS)))):
            items = self.reader.read_existing(key for _, key in batch)
            for stored_at, key in batch:
                found = _select(items.get(key, {}), selected)
                missing -= found is not None
                entity_id = key.removeprefix(table_key(entity_name, ""))
                yield Step(Position(entity_id, stored_at=stored_at), found)

    def _entries(
        self, entity_name: str, selected: Filter, after: Position | None, page_size: int | None
    ) -> Iterator[Entry]:
        """Yield the entries of all shards after a position, by time and key."""
        reached = (after.stored_at or "", table_key(entity_name, after.id)) if after else ("", "")
        since = max(reached[0], selected.changed_since or "")
        shards = (self._shard(shard, since, page_size) for shard in shards_of(entity_name))
        return dropwhile(lambda entry: entry <= reached, merge(*shards))

    def _shard(self, shard: str, since: str, page_size: int | None) -> Iterator[Entry]:
        """Yield the entries of a shard by time and key. DynamoDB orders them by time only."""
        limit: Json = {"Limit": page_size // SHARDS + 2} if page_size else {}
        pages = self.reader.dynamodb.get_paginator("query").paginate(
            TableName=self.reader.table_name,
            IndexName=STORED_AT_INDEX,
            KeyConditionExpression="#shard = :shard AND #stored_at >= :since",
            ExpressionAttributeNames={"#shard": SHARD, "#stored_at": STORED_AT},
            ExpressionAttributeValues={":shard": {"S": shard}, ":since": {"S": since}},
            **limit,
        )
        entries = (
            (entry[STORED_AT]["S"], entry[ID]["S"]) for page in pages for entry in page["Items"]
        )
        for _, stored_together in groupby(entries, itemgetter(0)):
            yield from sorted(stored_together)


def _select(item: Json, selected: Filter) -> Json | None:
    """Return the entity, or None if it was deleted or its last event is not selected."""
    event = item.get(EVENT, {}).get("M", {})
    source, stored_at = (event.get(name, {}).get("S", "") for name in ("source", "stored_at"))
    is_selected = selected.source in (None, source) and stored_at >= (selected.changed_since or "")
    return entity_document(item) if item and is_selected else None

"""Add stored rows to the index by time.

Scans the table, so only an operator's command calls this.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple

from ingestion.store.attributes import EVENT
from ingestion.store.reader import Json, TableReader, table_key
from ingestion.store.table import ENTITY_NAME, ID
from ingestion.store.time_index_keys import (
    REINDEXED,
    REINDEXED_AT,
    SHARD,
    STORED_AT,
    time_attributes,
)
from ingestion.syntax.times import fixed_width, timestamp

_WRITERS = 10  # botocore: the connections of a client.
_NAMES = {
    "#id": ID,
    "#name": ENTITY_NAME,
    "#event": EVENT,
    "#event_stored_at": "stored_at",
    "#shard": SHARD,
    "#index_stored_at": STORED_AT,
}


class ReindexedPage(NamedTuple):
    """The counts of one page: its entities, and how many of them were missing in the index.

    `pass_number` is the pass over the table, from 1.
    """

    pass_number: int
    entities: int
    missing: int


def reindex(reader: TableReader) -> Iterator[ReindexedPage]:
    """Add all rows to the index by time, and yield the counts of each page of the table.

    Repeats passes over the table until one finds no missing row, because a worker of an older
    version may still store rows. Then writes the item `_reindexed`. May be interrupted and
    repeated. Skips rows without a valid `_event.stored_at`. Raises boto3's errors.
    """
    with ThreadPoolExecutor(_WRITERS) as pool:
        for pass_number in count(1):
            is_complete = True
            for page in _scan(reader):
                entities = [item for item in page if _belongs_in_index(item)]
                missing = [item for item in entities if not _is_indexed(item)]
                list(pool.map(lambda item: _write_attributes(reader, item), missing))
                is_complete = is_complete and not missing
                yield ReindexedPage(pass_number, len(entities), len(missing))
            if is_complete:
                break
    now = timestamp(datetime.now(UTC))
    finished = {ID: {"S": REINDEXED}, REINDEXED_AT: {"S": now}}
    reader.dynamodb.put_item(TableName=reader.table_name, Item=finished)


def _scan(reader: TableReader) -> Iterator[list[Json]]:
    """Yield the items of the table in pages, with the attributes that this module needs."""
    pages = reader.dynamodb.get_paginator("scan").paginate(
        TableName=reader.table_name,
        ConsistentRead=True,
        ProjectionExpression="#id, #name, #event.#event_stored_at, #shard, #index_stored_at",
        ExpressionAttributeNames=_NAMES,
    )
    for page in pages:
        yield page["Items"]


def _belongs_in_index(item: Json) -> bool:
    """Return whether the item is an entity with a valid `_event.stored_at`. Tombstones are not."""
    name, stored_at = item.get(ENTITY_NAME, {}).get("S"), _stored_at(item)
    try:
        has_time = fixed_width(stored_at) == stored_at
    except ValueError:
        return False
    return has_time and name is not None and item[ID]["S"].startswith(table_key(name, ""))


def _is_indexed(item: Json) -> bool:
    return _index_attributes(item).items() <= item.items()


def _index_attributes(item: Json) -> Json:
    """Return the attributes that add the entity to the index, in DynamoDB's types."""
    found = time_attributes(item[ENTITY_NAME]["S"], item[ID]["S"], _stored_at(item))
    return {name: {"S": value} for name, value in found.items()}


def _stored_at(item: Json) -> str:
    text: str = item.get(EVENT, {}).get("M", {}).get("stored_at", {}).get("S", "")
    return text


def _write_attributes(reader: TableReader, item: Json) -> None:
    """Write the index attributes. Skip the item if an event changed it after the scan.

    The worker of that event wrote them.
    """
    attributes = _index_attributes(item)
    values = {":shard": attributes[SHARD], ":stored_at": attributes[STORED_AT]}
    names = {name: attribute for name, attribute in _NAMES.items() if name != "#id"}
    try:
        reader.dynamodb.update_item(
            TableName=reader.table_name,
            Key={ID: item[ID]},
            UpdateExpression="SET #shard = :shard, #index_stored_at = :stored_at",
            ConditionExpression=(
                "attribute_exists(#name) AND #event.#event_stored_at = :stored_at"
            ),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )
    except reader.dynamodb.exceptions.ConditionalCheckFailedException:
        return

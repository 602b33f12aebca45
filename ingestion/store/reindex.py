"""Put the rows that an older version has stored into the index by time.

Only an operator's command may do this: it scans the table.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple

from ingestion.store.reader import Json, TableReader, table_key
from ingestion.store.table import ENTITY_NAME, EVENT, ID
from ingestion.store.time_index import REINDEXED, REINDEXED_AT, SHARD, STORED_AT, time_attributes
from ingestion.times import fixed_width, timestamp

_WRITERS = 10  # botocore: the connections of a client.
_NAMES = {
    "#id": ID,
    "#name": ENTITY_NAME,
    "#event": EVENT,
    "#time": "stored_at",
    "#shard": SHARD,
    "#stored_at": STORED_AT,
}


class ReindexedPage(NamedTuple):
    """Counts of a page of the table: its entities, and those of them that the index lacked.

    Passes over the table are counted from 1.
    """

    pass_number: int
    entities: int
    written: int


def reindex(reader: TableReader) -> Iterator[ReindexedPage]:
    """Put all rows into the index by time, and yield the counts of each page of the table.

    Reads the table until a pass finds nothing to write, because a worker of an older version may
    still store rows. Then writes the item that says so. It may be interrupted and run again at any
    time. Rows without a valid time in `_event.stored_at` stay out. Raises boto3's errors.
    """
    with ThreadPoolExecutor(_WRITERS) as pool:
        for pass_number in count(1):
            written = 0
            for page in _scan(reader):
                entities = [item for item in page if _is_entity(item)]
                missing = [item for item in entities if not _is_indexed(item)]
                list(pool.map(lambda item: _write_attributes(reader, item), missing))
                written += len(missing)
                yield ReindexedPage(pass_number, len(entities), len(missing))
            if not written:
                break
    now = timestamp(datetime.now(UTC))
    done = {ID: {"S": REINDEXED}, REINDEXED_AT: {"S": now}}
    reader.dynamodb.put_item(TableName=reader.table_name, Item=done)


def _scan(reader: TableReader) -> Iterator[list[Json]]:
    """Yield the items of the table in pages, with the attributes that decide."""
    pages = reader.dynamodb.get_paginator("scan").paginate(
        TableName=reader.table_name,
        ConsistentRead=True,
        ProjectionExpression="#id, #name, #event.#time, #shard, #stored_at",
        ExpressionAttributeNames=_NAMES,
    )
    for page in pages:
        yield page["Items"]


def _is_entity(item: Json) -> bool:
    """Return whether a read by time may return the item: no tombstone, and with a valid time."""
    name, stored_at = item.get(ENTITY_NAME, {}).get("S"), _stored_at(item)
    try:
        has_time = fixed_width(stored_at) == stored_at
    except ValueError:
        return False
    return has_time and name is not None and item[ID]["S"].startswith(table_key(name, ""))


def _is_indexed(item: Json) -> bool:
    return _attributes(item).items() <= item.items()


def _attributes(item: Json) -> Json:
    """Return what puts the entity into the index, in DynamoDB's types."""
    found = time_attributes(item[ENTITY_NAME]["S"], item[ID]["S"], _stored_at(item))
    return {name: {"S": value} for name, value in found.items()}


def _stored_at(item: Json) -> str:
    text: str = item.get(EVENT, {}).get("M", {}).get("stored_at", {}).get("S", "")
    return text


def _write_attributes(reader: TableReader, item: Json) -> None:
    """Write the attributes, unless another event has changed the item since it was read.

    That event's worker has written them.
    """
    attributes = _attributes(item)
    values = {":shard": attributes[SHARD], ":stored_at": attributes[STORED_AT]}
    names = {name: attribute for name, attribute in _NAMES.items() if name != "#id"}
    try:
        reader.dynamodb.update_item(
            TableName=reader.table_name,
            Key={ID: item[ID]},
            UpdateExpression="SET #shard = :shard, #stored_at = :stored_at",
            ConditionExpression="attribute_exists(#name) AND #event.#time = :stored_at",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )
    except reader.dynamodb.exceptions.ConditionalCheckFailedException:
        return

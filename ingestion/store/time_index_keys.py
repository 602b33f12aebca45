"""The index by time: its names, and the attributes that add an entity to it.

DynamoDB cannot split a partition whose sort key only grows, and a partition takes 1,000 write
units a second. So the entities of a name are spread over shards:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""

from zlib import crc32

# The names are those of infra/modules/store.
STORED_AT_INDEX = "StoredAtIndex"
SHARD = "_shard"
STORED_AT = "_stored_at"

SHARDS = 4

# The item `_reindexed` exists once all rows are in the index. Its attribute is a time as text.
REINDEXED = "_reindexed"
REINDEXED_AT = "_reindexed_at"


def shards_of(entity_name: str) -> list[str]:
    """Return the hash keys of an entity name in the index."""
    return [f"{entity_name}#{number}" for number in range(SHARDS)]


def time_attributes(entity_name: str, key: str, stored_at: str) -> dict[str, str]:
    """Return the attributes that add the entity with this key of the table to the index."""
    shard = shards_of(entity_name)[crc32(key.encode()) % SHARDS]
    return {SHARD: shard, STORED_AT: stored_at}

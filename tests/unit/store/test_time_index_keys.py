"""The attributes that add an entity to the index by time."""

from collections import Counter

import pytest

from ingestion.store.time_index_keys import SHARD, SHARDS, STORED_AT, shards_of, time_attributes
from tests.support.factories import NOON


@pytest.mark.parametrize(
    ("key", "shard"),
    [
        ("CONTRACT#c-1", "CONTRACT#0"),
        ("CONTRACT#c-2", "CONTRACT#2"),
        ("CONTRACT#契約", "CONTRACT#2"),
    ],
)
def test_the_shard_of_a_key_never_changes(key: str, shard: str) -> None:
    assert time_attributes("CONTRACT", key, NOON) == {SHARD: shard, STORED_AT: NOON}


def test_the_entities_of_a_name_are_spread_over_all_shards() -> None:
    found = Counter(time_attributes("A", f"A#{n}", NOON)[SHARD] for n in range(10_000))

    assert sorted(found) == shards_of("A")
    assert len(found) == SHARDS
    assert min(found.values()) > 2_000

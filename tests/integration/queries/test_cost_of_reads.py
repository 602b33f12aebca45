"""How many items and index entries DynamoDB evaluates for a list."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ingestion.store.time_index_keys import SHARDS
from tests.integration.cloud import Cloud
from tests.integration.queries.stored_by_time import changed, first_page, index_all, store_at
from tests.support.factories import Json

ALL, CHANGED = 200, 5


@contextmanager
def evaluated(cloud: Cloud) -> Iterator[list[int]]:
    """Collect the items that each call of the block evaluates: entries of an index, or items."""
    found: list[int] = []

    def note(parsed: Json, **_: Any) -> None:
        items = [item for page in parsed.get("Responses", {}).values() for item in page]
        found.append(parsed.get("ScannedCount", len(items)))

    events: Any = cloud.query_runtime.reader.dynamodb.meta.events
    for operation in ("Query", "BatchGetItem"):
        events.register(f"after-call.dynamodb.{operation}", note)
    yield found
    for operation in ("Query", "BatchGetItem"):
        events.unregister(f"after-call.dynamodb.{operation}", note)


def test_a_read_by_time_evaluates_what_changed_and_no_more(cloud: Cloud) -> None:
    store_at(cloud, 1, *(f"c-{number:03}" for number in range(ALL - CHANGED)))
    store_at(cloud, 2, *(f"d-{number}" for number in range(CHANGED)))

    with evaluated(cloud) as before:
        found = changed(cloud, 2)
    index_all(cloud)
    with evaluated(cloud) as after:
        again = changed(cloud, 2)

    assert found == again
    assert len(found) == CHANGED
    assert sum(before) == ALL
    assert sum(after) == 2 * CHANGED  # Each entry of the index, and its item.


def test_a_page_by_time_evaluates_about_its_own_size(cloud: Cloud) -> None:
    limit = 20
    for number in range(ALL):
        store_at(cloud, number, f"c-{number:03}")
    index_all(cloud)

    with evaluated(cloud) as numbers:
        found, _ = first_page(cloud, 0, limit)

    *entries, items = numbers
    assert len(found) == limit
    assert items == limit + 1  # One more shows that there is another page.
    assert sum(entries) <= (limit + 1) * 2 + 2 * SHARDS

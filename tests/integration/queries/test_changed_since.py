"""`changed_since` reads what was stored since a time, ordered by time."""

from dataclasses import replace

import pytest

from ingestion.store.table import ID
from ingestion.store.time_index import TimeIndex
from ingestion.store.time_index_keys import SHARD, SHARDS, STORED_AT, shards_of
from tests.integration.cloud import Cloud
from tests.integration.queries.reading import assert_problem, ids, walk
from tests.integration.queries.stored_by_time import (
    at,
    changed,
    first_page,
    rest,
    store_at,
)
from tests.support.canned import Canned, canned, intercept
from tests.support.factories import Json, equipment, event

NAMES = [f"c-{number:02}" for number in range(20)]


def test_entities_of_all_shards_are_ordered_by_time(indexed: Cloud) -> None:
    for second, name in enumerate(reversed(NAMES)):
        store_at(indexed, second, name)
    indexed.store(event(equipment("e-1"), source="sourceA", entity_name="EQUIPMENT"))

    found = changed(indexed, 0)

    assert found == NAMES[::-1]
    assert {row[SHARD] for row in indexed.listed("CONTRACT").values()} == {*shards_of("CONTRACT")}
    assert changed(indexed, 15) == NAMES[4::-1]
    assert changed(indexed, 20) == []


@pytest.mark.parametrize(
    "stored_at", ["yesterday", "2026-02-30T12:00:00.000000Z", "2027-01-31T12:00:00Z", "~"]
)
def test_an_entry_without_a_time_of_fixed_width_is_skipped(indexed: Cloud, stored_at: str) -> None:
    store_at(indexed, 1, "c-1", "c-2", "c-3")
    indexed.dynamodb.update_item(
        TableName=indexed.table_name,
        Key={ID: {"S": "CONTRACT#c-2"}},
        UpdateExpression="SET #stored_at = :stored_at",
        ExpressionAttributeNames={"#stored_at": STORED_AT},
        ExpressionAttributeValues={":stored_at": {"S": stored_at}},
    )

    found = [changed(indexed, 0, limit=limit) for limit in (1, 2, 100)]

    assert found == [["c-1", "c-3"]] * 3


def test_entities_of_equal_time_are_ordered_by_id(indexed: Cloud) -> None:
    store_at(indexed, 2, *NAMES[::2])
    store_at(indexed, 2, *NAMES[1::2])
    store_at(indexed, 1, "c-99")

    assert changed(indexed, 0) == ["c-99", *NAMES]


def test_entities_of_equal_time_are_ordered_by_id_whatever_the_order_of_the_index(
    indexed: Cloud,
) -> None:
    names = ["c-3", "c-1", "c-2"]
    store_at(indexed, 1, *names)
    entries = [{"ID": {"S": f"CONTRACT#{name}"}, STORED_AT: {"S": at(1)}} for name in names]
    first = shards_of("CONTRACT")[0]

    def show_unordered(call: Json) -> Canned:
        is_first = call["ExpressionAttributeValues"][":shard"] == {"S": first}
        return canned({"Items": entries if is_first else []})

    intercept(indexed.query_runtime.reader.dynamodb, "Query", show_unordered)

    assert changed(indexed, 0, limit=1) == sorted(names)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 19, 20, 1000])
def test_pages_of_any_size_hold_the_same_entities(indexed: Cloud, limit: int) -> None:
    for second, number in enumerate(range(0, 20, 4)):
        store_at(indexed, second, *NAMES[number : number + 4])

    pages = walk(indexed, "CONTRACT", changed_since=at(0), limit=limit)

    assert [name for page in ids(pages) for name in page] == NAMES
    assert {len(page) for page in ids(pages)[:-1]} <= {limit}


def test_an_entity_is_listed_as_it_is_read_alone(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-1")

    [item] = indexed.read("CONTRACT", query={"changed_since": at(0)}).document["items"]

    assert item == indexed.read("CONTRACT/c-1").document
    assert not any(name.startswith("_") for name in item["entity"])


def test_a_read_continues_after_writes_in_between_and_loses_nothing(indexed: Cloud) -> None:
    for second, name in enumerate(("c-1", "c-2", "c-3", "c-4")):
        store_at(indexed, second, name)
    first, following = first_page(indexed, 0, 2)

    store_at(indexed, 10, "c-1", "c-3", "c-5")

    assert first == ["c-1", "c-2"]
    assert rest(indexed, following) == ["c-4", "c-1", "c-3", "c-5"]


def test_entities_of_the_time_where_a_page_ended_are_not_repeated(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-1", "c-3", "c-5", "c-7")
    first, following = first_page(indexed, 0, 2)

    store_at(indexed, 1, "c-2", "c-4")

    assert first == ["c-1", "c-3"]
    assert rest(indexed, following) == ["c-4", "c-5", "c-7"]


def test_a_deleted_entity_is_not_listed(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-1", "c-2", "c-3")
    first, following = first_page(indexed, 0, 1)
    store_at(indexed, 2, "c-2", deleted=True)

    assert first == ["c-1"]
    assert rest(indexed, following) == ["c-3"]
    assert changed(indexed, 0) == ["c-1", "c-3"]
    assert SHARD not in indexed.rows()["CONTRACT#c-2"]


def test_an_entity_that_was_deleted_between_index_and_table_is_skipped(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-1", "c-2", "c-3")

    def delete(_: Json) -> None:
        if SHARD in indexed.rows()["CONTRACT#c-2"]:
            store_at(indexed, 2, "c-2", deleted=True)

    intercept(indexed.query_runtime.reader.dynamodb, "BatchGetItem", delete)

    assert changed(indexed, 0, limit=2) == ["c-1", "c-3"]


def test_an_entity_that_is_newer_than_its_entry_is_listed_at_both_times(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-1")
    store_at(indexed, 5, "c-2")
    shard = indexed.rows()["CONTRACT#c-2"][SHARD]
    entries = [{"ID": {"S": "CONTRACT#c-2"}, STORED_AT: {"S": at(second)}} for second in (0, 5)]

    def show_both(call: Json) -> Canned | None:
        is_shard = call["ExpressionAttributeValues"][":shard"] == {"S": shard}
        return canned({"Items": entries}) if is_shard else None

    intercept(indexed.query_runtime.reader.dynamodb, "Query", show_both)

    assert changed(indexed, 0) == ["c-2", "c-1", "c-2"]


def test_an_entry_whose_item_does_not_fit_any_more_is_skipped(indexed: Cloud) -> None:
    """Test items that a worker with a slow clock, or a person, has written since."""
    store_at(indexed, 5, "c-1", "c-2", "c-3")
    store_at(indexed, 3, "c-2", time=at(6))
    by_hand = {"ID": {"S": "CONTRACT#c-3"}, "ENTITY_NAME": {"S": "CONTRACT"}}
    indexed.dynamodb.put_item(TableName=indexed.table_name, Item=by_hand)
    entries = [
        {"ID": {"S": f"CONTRACT#{name}"}, STORED_AT: {"S": at(5)}}
        for name in ("c-1", "c-2", "c-3", "c-4")
    ]
    answers = iter([canned({"Items": entries}), *[canned({"Items": []})] * (SHARDS - 1)])
    intercept(indexed.query_runtime.reader.dynamodb, "Query", lambda _: next(answers))

    assert changed(indexed, 4) == ["c-1"]


def test_a_list_since_a_time_can_be_filtered_by_source(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-1", "c-3")
    store_at(indexed, 2, "c-2", "c-4", source="operator")

    assert changed(indexed, 0, source="operator") == ["c-2", "c-4"]
    assert changed(indexed, 0, source="sourceB", limit=1) == ["c-1", "c-3"]
    assert changed(indexed, 2, source="sourceB") == []
    assert changed(indexed, 0, source="sourceX") == []


def test_a_read_by_time_makes_progress_after_its_time_limit(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-1", "c-2", "c-3")
    store_at(indexed, 2, "c-4", source="operator")
    indexed.query_runtime = replace(indexed.query_runtime, read_seconds=-1)

    pages = walk(indexed, "CONTRACT", changed_since=at(0), source="operator")

    assert ids(pages) == [[], [], [], ["c-4"], []]


def test_more_entities_than_one_call_can_read_are_listed(indexed: Cloud) -> None:
    names = [f"c-{number:03}" for number in range(130)]
    store_at(indexed, 1, *names)

    assert changed(indexed, 0, limit=1000) == names
    assert changed(indexed, 0) == names


def test_keys_that_are_never_processed_get_503(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-1")
    quick = replace(indexed.query_runtime.reader, batch_seconds=0.2)
    indexed.query_runtime = replace(indexed.query_runtime, time_index=TimeIndex(quick))

    def leave(parameters: Json) -> Canned:
        return canned({"Responses": {}, "UnprocessedKeys": parameters["RequestItems"]})

    intercept(quick.dynamodb, "BatchGetItem", leave)

    response = indexed.read("CONTRACT", query={"changed_since": at(0)})

    assert_problem(response, 503, "the table is not available")

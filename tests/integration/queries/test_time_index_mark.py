"""A list is ordered by time once all rows are indexed, and each read keeps its order."""

import pytest

from ingestion.http.cursor import Scope, write_cursor
from ingestion.store.reader import Position
from tests.integration.cloud import Cloud
from tests.integration.queries.stored_by_time import (
    at,
    changed,
    first_page,
    forget_index,
    index_all,
    rest,
    store_at,
)
from tests.support.canned import intercept
from tests.support.factories import Json


def test_until_all_rows_are_indexed_a_list_is_ordered_by_id(cloud: Cloud) -> None:
    for second, name in enumerate(("c-3", "c-2", "c-1")):
        store_at(cloud, second, name)

    before = changed(cloud, 1, limit=1)
    index_all(cloud)

    assert before == ["c-1", "c-2"]
    assert changed(cloud, 1, limit=1) == ["c-2", "c-1"]


def test_a_read_that_began_before_all_rows_were_indexed_keeps_its_order(cloud: Cloud) -> None:
    for second, name in enumerate(("c-3", "c-2", "c-1")):
        store_at(cloud, second, name)
    first, following = first_page(cloud, 0, 1)

    index_all(cloud)

    assert first == ["c-1"]
    assert rest(cloud, following) == ["c-2", "c-3"]


def test_a_read_by_time_keeps_its_order_where_the_mark_is_not_seen(indexed: Cloud) -> None:
    for second, name in enumerate(("c-3", "c-2", "c-1")):
        store_at(indexed, second, name)
    first, following = first_page(indexed, 0, 1)

    forget_index(indexed)

    assert first == ["c-3"]
    assert rest(indexed, following) == ["c-2", "c-1"]


def test_the_mark_is_read_until_it_is_seen_and_never_again(cloud: Cloud) -> None:
    calls: list[Json] = []
    intercept(cloud.query_runtime.reader.dynamodb, "GetItem", calls.append)

    changed(cloud, 0)
    changed(cloud, 0)
    index_all(cloud)
    changed(cloud, 0)
    changed(cloud, 0)

    assert [call["Key"] for call in calls] == [{"ID": {"S": "_reindexed"}}] * 3


@pytest.mark.parametrize("path", ["CONTRACT", "CONTRACT/_reindexed", "CONTRACT/c-1/related"])
def test_other_reads_do_not_see_the_mark(indexed: Cloud, path: str) -> None:
    store_at(indexed, 1, "c-1")

    response = indexed.read(path)

    assert "reindexed" not in response.text.replace("CONTRACT/_reindexed", "")
    assert response.status == (404 if "_reindexed" in path else 200)


def test_a_cursor_that_a_caller_wrote_lists_nothing_earlier(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-0")
    store_at(indexed, 3, "c-2")
    scope: Scope = ["list", "CONTRACT", None, at(2)]

    for name in ("", "c-1", "c-9", "契約 #", "x" * 512):
        for time in (None, at(0), at(3), "2026-01-31T13:00:03+01:00"):
            cursor = write_cursor(scope, Position(name, stored_at=time))
            found = rest(indexed, {"changed_since": at(2), "cursor": cursor})
            assert found in ([], ["c-2"])


def test_a_time_in_the_cursor_of_another_list_is_ignored(indexed: Cloud) -> None:
    store_at(indexed, 1, "c-1", "c-2")
    cursor = write_cursor(["list", "CONTRACT", None, None], Position("c-1", stored_at=at(9)))

    assert rest(indexed, {"cursor": cursor}) == ["c-2"]

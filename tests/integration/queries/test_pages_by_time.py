"""Pages of any sizes together hold what was stored since a time."""

from itertools import cycle

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.cloud import Cloud
from tests.integration.queries.stored_by_time import at, index_all, make_old, store_at
from tests.support.factories import Json

IDS = st.integers(0, 30).map(lambda number: f"c-{number:02}")
SECONDS = st.integers(0, 4)
# For each contract: when it was stored, whether it was deleted later, whether its row is old.
CONTRACTS = st.dictionaries(IDS, st.tuples(SECONDS, st.booleans(), st.booleans()))
LIMITS = st.lists(st.integers(1, 5) | st.just(1000), min_size=1, max_size=4)


@settings(max_examples=25)
@given(contracts=CONTRACTS, since=SECONDS, limits=LIMITS)
def test_pages_of_any_sizes_hold_what_was_stored_since_a_time(
    cloud: Cloud,
    contracts: dict[str, tuple[int, bool, bool]],
    since: int,
    limits: list[int],
) -> None:
    cloud.empty_table()
    for name, (second, is_deleted, is_old) in contracts.items():
        store_at(cloud, second, name)
        if is_old:
            make_old(cloud, name)
        if is_deleted:
            store_at(cloud, second + 1, name, deleted=True)
    index_all(cloud)
    kept = [
        (second, name)
        for name, (second, is_deleted, _) in contracts.items()
        if second >= since and not is_deleted
    ]

    found: list[str] = []
    query: Json = {"changed_since": at(since)}
    for limit in cycle(limits):
        page = cloud.read("CONTRACT", query=query | {"limit": limit}).document
        assert len(page["items"]) <= limit
        found += [item["id"] for item in page["items"]]
        query |= {"cursor": page["next_cursor"]}
        if page["next_cursor"] is None:
            break

    assert found == [name for _, name in sorted(kept)]

"""Changes of any size and any record: what is left out, rejected and replicated."""

from typing import Any

import pytest
from boto3.dynamodb.types import Binary
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import RejectedRecord
from ingestion.store.change import MAX_CHANGE_BYTES, Change, change_of
from tests.support.factories import CANARY, Json, contract
from tests.unit.store.stream_records import ENTITY, TOMBSTONE, item, published, record


@pytest.mark.parametrize(
    ("sizes", "left_out"),
    [
        ((100_000, 100_000), []),
        ((100_000, 200_000), ["before"]),
        ((200_000, 400_000), ["before", "after"]),
        ((None, 400_000), ["after"]),
    ],
)
def test_a_side_that_makes_a_change_too_large_is_left_out_and_named(
    sizes: tuple[int | None, int], left_out: list[str]
) -> None:
    old, new = (
        item(contract(contract_name="x" * size), id=event_id) if size else None
        for size, event_id in zip(sizes, ("event-1", "event-2"), strict=True)
    )

    change = published(old, new)

    assert change.data.left_out == left_out
    assert all(getattr(change.data, side) is None for side in left_out)
    assert len(change.json_bytes) <= MAX_CHANGE_BYTES
    assert Change.model_validate_json(change.json_bytes) == change


def test_a_change_of_the_largest_size_is_published_whole() -> None:
    envelope = len(published(None, item(contract(contract_name=""))).json_bytes)
    fits = "x" * (MAX_CHANGE_BYTES - envelope)

    exact, over = (
        published(None, item(contract(contract_name=name))) for name in (fits, fits + "x")
    )

    assert len(exact.json_bytes) == MAX_CHANGE_BYTES
    assert exact.data.left_out == []
    assert over.data.left_out == ["after"]


def without(name: str) -> Json:
    return {key: value for key, value in ENTITY.items() if key != name}


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"eventID": "1", "dynamodb": None}, id="no images"),
        pytest.param(record(None, without("_event")), id="no event"),
        pytest.param(record(None, ENTITY | {"_event": CANARY}), id="a malformed event"),
        pytest.param(record(None, item(contract(), time=CANARY)), id="an event without a time"),
        pytest.param(record(None, ENTITY | {"ID": "c-1"}), id="a key without entity"),
        pytest.param(
            record(None, ENTITY | {"ENTITY_NAME": "ROCKET"}), id="the key of another entity"
        ),
        pytest.param(record(None, ENTITY | {"ID": "X Y#1", "ENTITY_NAME": "X Y"}), id="bad name"),
        pytest.param(record(ENTITY, TOMBSTONE | {"_event": {}}), id="a tombstone without event"),
    ],
)
def test_a_record_of_an_invalid_item_is_rejected_without_quoting_it(bad: Json) -> None:
    with pytest.raises(RejectedRecord) as caught:
        change_of(bad)

    assert caught.value.reason == "invalid_item"
    assert CANARY not in caught.value.detail


def test_a_field_that_json_cannot_hold_is_rejected() -> None:
    bad = record(None, ENTITY)
    bad["dynamodb"]["NewImage"]["photo"] = {"B": Binary(b"\xff\xfe")}

    with pytest.raises(RejectedRecord):
        change_of(bad)


VERSIONS = st.one_of(
    st.none(),
    st.just(TOMBSTONE),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 2) | st.text(max_size=2)).map(
        lambda fields: item(contract(**fields))
    ),
)


@given(st.lists(st.tuples(st.sampled_from(["c-1", "c-2"]), VERSIONS), max_size=20))
def test_a_replica_built_from_the_changes_equals_the_table(writes: list[tuple[str, Any]]) -> None:
    table: dict[str, Any] = {}
    replica: dict[str, Any] = {}
    for number, (key, version) in enumerate(writes):
        old = table.get(key)
        new = version and version | {"ID": f"CONTRACT#{key}"}
        table[key] = new
        if old is None and new is None:
            continue
        change = change_of(record(old, new, number))
        if change and change.kind == "deleted":
            del replica[change.subject]
        elif change:
            assert (change.kind == "updated") == (change.subject in replica)
            replica[change.subject] = change.data.after

    assert replica == {
        key: entity_of(stored)
        for key, stored in table.items()
        if stored and "ENTITY_NAME" in stored
    }


def entity_of(stored: Json) -> Json:
    """Return the fields of the entity in a stored item. Numbers leave as text."""
    own = ("ID", "ENTITY_NAME", "_event", "_expires_at")
    return {name: str(value) for name, value in stored.items() if name not in own}

import json
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import Binary
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import RejectedRecord
from ingestion.store.attributes import to_attribute_value
from ingestion.store.change import MAX_CHANGE_BYTES, Change, change_of
from tests.support.factories import CANARY, NOON, Json, contract

LATER = "2026-01-31T12:00:01.000000Z"
TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def item(entity: Json | None = None, **event: str) -> Json:
    """Return an item of contract c-1 that holds the entity, or a tombstone (default)."""
    times = {"time": NOON, "received_at": NOON, "stored_at": LATER}
    provenance = {"id": "event-1", "source": "sourceB"} | times | event
    own = entity | {"ENTITY_NAME": "CONTRACT"} if entity else {"_expires_at": 1_800_000_000}
    return {"ID": "CONTRACT#c-1", "_event": provenance} | own


def record(old: Json | None, new: Json | None, number: int = 1, **changes: Any) -> Json:
    """Return a record of the stream for the item before and after a write."""
    images = {"OldImage": old, "NewImage": new}
    typed = {
        name: {key: to_attribute_value(value) for key, value in image.items()}
        for name, image in images.items()
        if image
    }
    return {
        "eventID": f"{number:032x}",
        "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/s",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_769_860_800,
            "Keys": {"ID": {"S": "CONTRACT#c-1"}},
            "SequenceNumber": str(1000 + number),
            "SizeBytes": 100,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            **typed,
        },
    } | changes


def published(old: Json | None, new: Json | None) -> Change:
    """Return the change that the feed publishes for the item before and after a write."""
    change = change_of(record(old, new))
    assert change is not None
    return change


ENTITY, TOMBSTONE = item(contract()), item()


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        pytest.param(None, ENTITY, "created", id="stored"),
        pytest.param(TOMBSTONE, ENTITY, "created", id="stored again after its deletion"),
        pytest.param(ENTITY, item(contract(), id="event-2"), "updated", id="replaced"),
        pytest.param(ENTITY, TOMBSTONE, "deleted", id="deleted"),
        pytest.param(ENTITY, None, "deleted", id="removed by hand"),
    ],
)
def test_creating_updating_or_deleting_an_entity_is_a_change(
    old: Json | None, new: Json | None, kind: str
) -> None:
    change = published(old, new)

    assert change.type == f"contract.{kind}"
    assert change.kind == kind
    assert change.subject == "c-1"
    assert (change.data.before is None) == (kind == "created")
    assert (change.data.after is None) == (kind == "deleted")


@pytest.mark.parametrize(
    "unpublished",
    [
        pytest.param(record(None, TOMBSTONE), id="delete of an unknown entity"),
        pytest.param(record(TOMBSTONE, item(id="event-2")), id="delete of a deleted entity"),
        pytest.param(record(TOMBSTONE, None, userIdentity=TTL), id="tombstone expired"),
        pytest.param(record(TOMBSTONE, None), id="tombstone removed by hand"),
    ],
)
def test_a_write_that_affects_only_a_tombstone_is_no_change(unpublished: Json) -> None:
    assert change_of(unpublished) is None


def test_a_change_holds_the_entity_before_and_after_and_its_cause() -> None:
    after = contract(contract_name="Pumps", contract_status="cancelled")
    new = item(after, id="event-2", source="sourceX", time=LATER, received_at=LATER)

    change = published(ENTITY, new)

    assert json.loads(change.json_bytes) == {
        "specversion": "1.0",
        "id": "00000000000000000000000000000001",
        "source": "sourceX",
        "type": "contract.updated",
        "subject": "c-1",
        "time": LATER,
        "receivedat": LATER,
        "data": {
            "before": contract(),
            "after": after,
            "changed": ["contract_name", "contract_status"],
            "cause": {
                "id": "event-2",
                "source": "sourceX",
                "time": LATER,
                "received_at": LATER,
                "stored_at": LATER,
            },
            "left_out": [],
        },
    }


def test_an_event_that_changes_no_field_is_published_with_its_cause() -> None:
    change = published(ENTITY, item(contract(), id="event-2"))

    assert change.data.changed == []
    assert change.data.cause.id == "event-2"


def test_fields_that_are_added_or_removed_count_as_changed() -> None:
    old, new = item(contract(a="1", b="1")), item(contract(b="1", c="1"))

    assert published(old, new).data.changed == ["a", "c"]
    assert published(None, new).data.changed == sorted(contract(b="1", c="1"))
    assert published(new, None).data.changed == sorted(contract(b="1", c="1"))


def test_an_item_that_was_removed_by_hand_has_its_last_event_as_cause() -> None:
    assert published(item(contract(), id="event-7"), None).data.cause.id == "event-7"


def test_numbers_are_published_as_exact_text() -> None:
    price = Decimal("1.0000000000000000000000000001")

    change = published(None, item(contract(price=price, count=7)))

    assert change.data.after is not None
    assert change.data.after["price"] == str(price)
    assert change.data.after["count"] == "7"


def test_a_record_that_is_published_again_is_the_same_message() -> None:
    first, again = published(None, ENTITY), published(None, ENTITY)

    assert first.json_bytes == again.json_bytes
    assert first.deduplication_id == again.deduplication_id


def test_two_changes_with_equal_content_are_two_messages() -> None:
    one, other = (change_of(record(None, ENTITY, number)) for number in (1, 2))

    assert one is not None
    assert other is not None
    assert one.deduplication_id != other.deduplication_id
    assert one.group_id == "CONTRACT#c-1"
    assert other.group_id == "CONTRACT#c-1"


def test_a_message_has_the_attributes_that_subscribers_filter_by() -> None:
    assert published(None, ENTITY).attributes == {
        "source": "sourceB",
        "entity_name": "CONTRACT",
        "kind": "created",
    }


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
    old, new = (item(contract(contract_name="x" * size)) if size else None for size in sizes)

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

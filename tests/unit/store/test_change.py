"""Which records of the table's stream are changes, and what a change holds."""

import json
from decimal import Decimal

import pytest

from ingestion.store.change import change_of
from tests.support.factories import NOON, Json, contract
from tests.unit.store.stream_records import ENTITY, LATER, TOMBSTONE, item, published, record

TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


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


@pytest.mark.parametrize(
    "after",
    [
        pytest.param({"_shard": "CONTRACT#1", "_stored_at": LATER}, id="added"),
        pytest.param({"_shard": "CONTRACT#1"}, id="one added"),
        pytest.param({"_later_version": "x"}, id="of a later version"),
    ],
)
def test_an_attribute_of_the_platform_alone_is_no_change(after: Json) -> None:
    assert change_of(record(ENTITY, ENTITY | after)) is None
    assert change_of(record(ENTITY | after, ENTITY)) is None


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(ENTITY | {"contract_name": "by hand"}, id="field"),
        pytest.param(item(contract(), stored_at=NOON), id="event"),
    ],
)
def test_a_change_beside_the_attributes_of_the_platform_is_published(new: Json) -> None:
    change = published(ENTITY, new | {"_shard": "CONTRACT#1", "_stored_at": LATER})

    assert change.kind == "updated"
    assert change.data.after == {n: new[n] for n in contract()}


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

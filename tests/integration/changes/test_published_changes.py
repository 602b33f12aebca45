"""The changes of the table are published in order, as the AsyncAPI document describes them."""

from collections.abc import Callable

from jsonschema import Draft7Validator

from ingestion.openapi import asyncapi
from tests.integration.cloud import Cloud
from tests.integration.queries.stored_by_time import index_all, make_old
from tests.support.factories import Json, contract, delete_event, equipment, event

LATER = "2026-01-31T12:00:01.000000Z"
LAST = "2026-01-31T12:00:02.000000Z"


def write_history(cloud: Cloud) -> None:
    """Store, change and delete one contract, and store another one."""
    cloud.work(
        event(id="1"),
        event(contract("c-2"), id="2"),
        event(contract(contract_status="terminated"), id="3", time=LATER),
        delete_event(id="4", time=LAST),
        delete_event("c-3", id="5"),
    )


def test_stored_changes_are_published_in_order(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    write_history(cloud)
    counts()

    failures = cloud.publish_changes(cloud.stream())

    assert failures == []
    published = [
        (change.subject, change.kind, change.data.cause.id) for change in cloud.published_changes()
    ]
    assert [change for change in published if change[0] == "c-1"] == [
        ("c-1", "created", "1"),
        ("c-1", "updated", "3"),
        ("c-1", "deleted", "4"),
    ]
    assert ("c-2", "created", "2") in published
    assert len(published) == 4
    assert counts() == {"ChangePublished": 4, "ChangeSkipped": 1}


def test_a_reindex_publishes_no_change(cloud: Cloud, counts: Callable[[], dict[str, int]]) -> None:
    cloud.work(event(), event(contract("c-2"), id="2"))
    make_old(cloud, "c-1", "c-2")
    before = len(cloud.stream()["Records"])
    index_all(cloud)
    records = cloud.stream()["Records"][before:]
    counts()

    failures = cloud.publish_changes({"Records": records})

    assert failures == []
    assert [record["eventName"] for record in records] == ["MODIFY", "MODIFY", "INSERT"]
    assert counts() == {"ChangeSkipped": 3}
    assert cloud.published_changes() == []


def test_binary_values_of_a_row_written_by_hand_are_published_as_base64(cloud: Cloud) -> None:
    cloud.work(event(id="1"))
    [stored] = cloud.dynamodb.scan(TableName=cloud.table_name)["Items"]
    by_hand: Json = {"photo": {"B": b"\xff"}, "photos": {"BS": [b"\xfe", b"\xff"]}}
    cloud.dynamodb.put_item(TableName=cloud.table_name, Item=stored | by_hand)

    failures = cloud.publish_changes(cloud.stream())

    assert failures == []
    after = cloud.published_changes()[-1].data.after
    assert after == contract() | {"photo": "/w==", "photos": ["/g==", "/w=="]}


def test_a_redelivered_batch_publishes_the_same_changes(cloud: Cloud) -> None:
    write_history(cloud)
    batch = cloud.stream()

    cloud.publish_changes(batch)
    first = cloud.published_changes()
    cloud.publish_changes(batch)

    assert first
    assert (
        cloud.published_changes() == first
    )  # AWS drops the repeat, because the deduplication ids are equal.


def test_every_change_matches_the_asyncapi_document(cloud: Cloud) -> None:
    write_history(cloud)
    cloud.serve("sourceA")
    cloud.work(
        event(
            equipment(parent_equipment_id="e-0"),
            id="6",
            source="sourceA",
            entity_name="EQUIPMENT",
            subject="e-1",
        )
    )
    document = asyncapi.document(cloud.change_topic_arn)
    cloud.publish_changes(cloud.stream())

    published = cloud.published_changes()

    assert {change.type for change in published} == {
        *("contract.created", "contract.updated", "contract.deleted", "equipment.created")
    }
    for change in published:
        message = document["components"]["messages"][change.type.replace(".", "_")]
        for part, instance in (
            ("payload", change.model_dump()),
            ("headers", change.attributes),
        ):
            schema = message[part] | {"components": document["components"]}
            Draft7Validator(schema).validate(instance)


def test_the_asyncapi_document_refuses_a_wrong_change(cloud: Cloud) -> None:
    document = asyncapi.document(cloud.change_topic_arn)
    cloud.work(event())
    cloud.publish_changes(cloud.stream())
    [change] = cloud.published_changes()
    payload = document["components"]["messages"]["contract_created"]["payload"]
    validator = Draft7Validator(payload | {"components": document["components"]})

    for wrong in (
        {"type": "contract.deleted"},
        {"data": change.data.model_dump() | {"before": contract()}},
        {"data": change.data.model_dump() | {"after": contract(contract_type="lease")}},
        {"data": change.data.model_dump() | {"left_out": ["middle"]}},
        {"time": None},
    ):
        assert not validator.is_valid(change.model_dump() | wrong)


def test_an_empty_batch_succeeds(cloud: Cloud) -> None:
    assert cloud.publish_changes({"Records": []}) == []


def test_subscribers_filter_by_entity_and_kind(cloud: Cloud) -> None:
    wanted = {"entity_name": ["CONTRACT"], "kind": ["deleted"]}
    url = cloud.subscribe(wanted)
    write_history(cloud)

    cloud.publish_changes(cloud.stream())

    [message] = cloud._receive(url)
    assert '"type":"contract.deleted"' in message["Body"]

"""A correction with If-Match replaces exactly the version that it names."""

import json
from datetime import UTC, datetime

import pytest

from ingestion.event import Event
from ingestion.syntax.times import timestamp
from tests.integration.cloud import Cloud
from tests.integration.http.conditions import (
    PATH,
    Counts,
    etag,
    published,
    row,
    store_ahead,
    version_of,
)
from tests.support.factories import contract, event

BODY = contract(contract_name="corrected")


def revised(made: Event, name: str) -> Event:
    """Return the event made again with another name of the contract."""
    changes = {"id": made.id, "time": made.time, "receivedat": made.receivedat}
    return event(contract(contract_name=name), **changes, revision="2026-02-01T00:00:00Z")


def corrected_ahead(cloud: Cloud) -> tuple[Event, Event]:
    """Store an event ahead, and its correction. Return both."""
    ahead = store_ahead(cloud)
    cloud.correct("PUT", PATH, BODY, if_match="*")
    correction = published(cloud)
    cloud.store(correction)
    return ahead, correction


def test_a_replaced_event_that_is_delivered_again_is_a_duplicate(
    cloud: Cloud, counts: Counts
) -> None:
    ahead, correction = corrected_ahead(cloud)

    cloud.store(ahead, correction, ahead)

    assert row(cloud)["contract_name"] == "corrected"
    assert counts() == {"EventAccepted": 1, "EventStored": 2, "EventDuplicated": 3}


def test_a_later_revision_of_a_replaced_event_is_no_duplicate(cloud: Cloud) -> None:
    ahead, _ = corrected_ahead(cloud)

    cloud.store(revised(ahead, "edited"))

    assert row(cloud)["contract_name"] == "edited"


def test_a_revision_is_replaced_and_delivered_again_as_a_duplicate(
    cloud: Cloud, counts: Counts
) -> None:
    ahead = store_ahead(cloud)
    edited = revised(ahead, "edited")
    cloud.store(edited)
    cloud.correct("PUT", PATH, BODY, if_match=etag(cloud))
    cloud.store(published(cloud))

    cloud.store(edited)

    assert row(cloud)["_event"]["replaces"] == version_of(ahead) | {"revision": edited.revision}
    assert row(cloud)["contract_name"] == "corrected"
    assert counts()["EventDuplicated"] == 1


@pytest.mark.parametrize("is_newer", [True, False], ids=["a newer event", "an older event"])
def test_a_version_that_is_not_stored_any_more_is_dead_lettered(
    cloud: Cloud, is_newer: bool
) -> None:
    cloud.store(event())
    cloud.correct("PUT", PATH, BODY, if_match="*")
    correction = published(cloud)
    time = timestamp(datetime.now(UTC)) if is_newer else "2026-01-31T12:00:00.000001Z"
    cloud.store(event(contract(contract_name="other"), time=time, receivedat=time))

    cloud.store(correction)

    [(body, reason, detail)] = cloud.dead_letters("operator")
    assert json.loads(body)["replaces"] == version_of(event())
    assert reason == "precondition_failed"
    assert detail.startswith("replaces: is not the stored version any more")
    assert row(cloud)["contract_name"] == "other"


def test_a_version_of_an_entity_that_is_gone_is_dead_lettered(cloud: Cloud) -> None:
    cloud.store(event())
    cloud.correct("DELETE", PATH, if_match="*")
    correction = published(cloud)
    cloud.empty_table()

    cloud.store(correction)

    [(_, reason, _)] = cloud.dead_letters("operator")
    assert reason == "precondition_failed"


def test_a_correction_whose_response_was_lost_is_a_duplicate_and_no_dead_letter(
    cloud: Cloud, counts: Counts
) -> None:
    _, correction = corrected_ahead(cloud)

    cloud.store(correction)

    assert counts()["EventDuplicated"] == 1
    assert cloud.dead_letters("operator") == []


def test_a_correction_of_another_version_is_no_repeat_for_the_topic(cloud: Cloud) -> None:
    cloud.store(event())
    first = cloud.correct("PUT", PATH, BODY, if_match="*", idempotency_key="k")
    one = published(cloud)
    cloud.store(event(contract(contract_name="other"), id="event-2"))
    second = cloud.correct("PUT", PATH, BODY, if_match="*", idempotency_key="k")
    other = published(cloud)

    assert [first.status, second.status] == [202, 202]
    assert one.id == other.id
    assert one.deduplication_id != other.deduplication_id


@pytest.mark.parametrize("condition", [{"if_match": "*"}, {}], ids=["with If-Match", "without"])
def test_a_repeat_of_the_stored_correction_changes_nothing(
    cloud: Cloud, counts: Counts, condition: dict[str, str]
) -> None:
    cloud.store(event())
    headers = {"idempotency_key": "k"} | condition
    headers |= {"if_match": etag(cloud)} if condition else {}
    cloud.correct("PUT", PATH, BODY, **headers)
    [first] = cloud.queued("operator")
    cloud.store(Event.from_json(first["body"]))

    repeated = cloud.correct("PUT", PATH, BODY, **headers)
    [repeat] = cloud.queued("operator")
    cloud.store(Event.from_json(repeat["body"]))

    assert repeated.status == 202
    ids = [record["attributes"]["MessageDeduplicationId"] for record in (first, repeat)]
    assert ids[0] == ids[1]
    assert counts()["EventDuplicated"] == 1
    assert cloud.dead_letters("operator") == []


def test_the_first_version_of_a_replaced_event_that_was_edited_is_superseded(
    cloud: Cloud, counts: Counts
) -> None:
    ahead = store_ahead(cloud)
    cloud.store(revised(ahead, "edited"))
    cloud.correct("PUT", PATH, BODY, if_match="*")
    cloud.store(published(cloud))

    cloud.store(ahead)

    assert row(cloud)["contract_name"] == "corrected"
    assert counts()["EventSuperseded"] == 1


def test_readers_and_the_change_feed_get_the_replaced_version(cloud: Cloud) -> None:
    ahead, _ = corrected_ahead(cloud)

    cloud.publish_changes(cloud.stream())

    first, last = (json.loads(change.json_bytes) for change in cloud.published_changes())
    assert "replaces" not in first["data"]["cause"]
    assert last["data"]["cause"]["replaces"] == version_of(ahead)
    assert cloud.read(PATH).document["event"]["replaces"] == version_of(ahead)


def test_an_item_that_was_written_by_hand_can_be_corrected(cloud: Cloud) -> None:
    cloud.store(event())
    item = cloud.dynamodb.get_item(TableName=cloud.table_name, Key={"ID": {"S": "CONTRACT#c-1"}})[
        "Item"
    ]
    del item["_event"]
    cloud.dynamodb.put_item(TableName=cloud.table_name, Item=item)

    response = cloud.correct("PUT", PATH, BODY, if_match=etag(cloud))
    correction = published(cloud)
    cloud.store(correction)

    assert response.status == 202
    assert correction.replaces is None
    assert row(cloud)["contract_name"] == "corrected"

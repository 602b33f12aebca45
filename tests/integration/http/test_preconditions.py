"""Corrections with conditions (RFC 9110, section 13), up to the table and the change feed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from ingestion.event import Event, timestamp
from tests.integration.cloud import Cloud
from tests.integration.http.test_refused_requests import assert_problem
from tests.support.factories import Json, contract, delete_event, event

Counts = Callable[[], dict[str, int]]
BODY = contract(contract_name="corrected")
PATH = "CONTRACT/c-1"


def store_ahead(cloud: Cloud, made: Callable[..., Event] = event) -> Event:
    """Store an event of contract c-1 whose time is later than that of every correction."""
    now = datetime.now(UTC)
    ahead = made(time=timestamp(now + timedelta(minutes=4)), receivedat=timestamp(now))
    cloud.store(ahead)
    return ahead


def revised(made: Event, name: str) -> Event:
    """Return the event made again with another name of the contract."""
    changes = {"id": made.id, "time": made.time, "receivedat": made.receivedat}
    return event(contract(contract_name=name), **changes, revision="2026-02-01T00:00:00Z")


def etag(cloud: Cloud) -> str:
    return cloud.read(PATH).headers["ETag"]


def published(cloud: Cloud) -> Event:
    """Return the correction that the API published."""
    [record] = cloud.queued("operator")
    return Event.from_json(record["body"])


def row(cloud: Cloud) -> Json:
    return cloud.rows()["CONTRACT#c-1"]


def version_of(made: Event) -> Json:
    return {"time": made.time, "id": made.id, "source": made.source}


def test_a_correction_with_the_etag_frees_an_entity_of_a_later_time(
    cloud: Cloud, counts: Counts
) -> None:
    ahead = store_ahead(cloud)

    response = cloud.correct("PUT", PATH, BODY, if_match=etag(cloud))
    correction = published(cloud)
    cloud.store(correction)

    assert response.status == 202
    assert correction.replaces is not None
    assert correction.replaces.model_dump() == version_of(ahead)
    assert row(cloud)["contract_name"] == "corrected"
    assert row(cloud)["_event"]["replaces"] == version_of(ahead)
    later = timestamp(datetime.fromisoformat(correction.time) + timedelta(seconds=1))
    cloud.store(event(contract(contract_name="later"), time=later, receivedat=later))
    assert row(cloud)["contract_name"] == "later"
    assert counts()["EventStored"] == 3


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("if_match", ["*", "the tag", 'W/"other", the tag', "the packed tag"])
def test_a_condition_that_holds_is_accepted(cloud: Cloud, method: str, if_match: str) -> None:
    cloud.store(event())
    packed = etag(cloud).replace('"', "").join(['"', '-gzip"'])
    condition = if_match.replace("the tag", etag(cloud)).replace("the packed tag", packed)

    response = cloud.correct(method, PATH, BODY if method == "PUT" else "", if_match=condition)

    assert response.status == 202
    assert published(cloud).replaces == event().version


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    "condition",
    [
        pytest.param({"if_match": '"other"'}, id="another ETag"),
        pytest.param({"if_match": "W/{tag}"}, id="a weak ETag"),
        pytest.param({"if_match": '"other"', "if_none_match": '"third"'}, id="two conditions"),
        pytest.param({"if_none_match": "*"}, id="the entity exists"),
        pytest.param({"if_none_match": '"other", {tag}'}, id="an ETag that must not match"),
        pytest.param({"if_none_match": "W/{tag}"}, id="a weak ETag that must not match"),
        pytest.param({"if_match": "{tag}", "if_none_match": "{tag}"}, id="one of two conditions"),
        pytest.param({"if_unmodified_since": "Sat, 31 Jan 2026 12:00:00 GMT"}, id="a date"),
        pytest.param({"if_unmodified_since": "Saturday, 31-Jan-26 12:00:00 GMT"}, id="RFC 850"),
        pytest.param({"if_unmodified_since": "Sat Jan 31 12:00:00 2026"}, id="asctime"),
    ],
)
def test_a_condition_that_is_false_gets_412_and_changes_nothing(
    cloud: Cloud, method: str, condition: dict[str, str]
) -> None:
    cloud.store(event())
    tag = etag(cloud)
    headers = {name: value.replace("{tag}", tag) for name, value in condition.items()}

    response = cloud.correct(method, PATH, BODY if method == "PUT" else "", **headers)

    assert_problem(response, 412, "read the entity, and repeat the correction with its ETag")
    assert cloud.queued("operator") == []


def test_if_match_of_an_entity_that_does_not_exist_is_false(cloud: Cloud) -> None:
    assert cloud.correct("PUT", PATH, BODY, if_match="*").status == 412
    assert cloud.correct("PUT", PATH, BODY, if_match='"a"').status == 412


@pytest.mark.parametrize("condition", ["", "a", '"a', '"a" "b"', 'w/"a"', '*, "a"', '"a\nb"'])
@pytest.mark.parametrize("name", ["if_match", "if_none_match"])
def test_a_malformed_condition_gets_400(cloud: Cloud, name: str, condition: str) -> None:
    cloud.store(event())

    response = cloud.correct("PUT", PATH, BODY, **{name: condition})

    assert_problem(response, 400, "must be * or ETags in double quotes, as GET returns them")


def last_modified(cloud: Cloud) -> str:
    return cloud.read(PATH).headers["Last-Modified"]


def test_an_entity_that_was_not_stored_since_its_last_modified_date_is_corrected(
    cloud: Cloud,
) -> None:
    cloud.store(event())

    response = cloud.correct("PUT", PATH, BODY, if_unmodified_since=last_modified(cloud))

    assert response.status == 202
    assert published(cloud).replaces is None


@pytest.mark.parametrize("date", ["yesterday", "", "2026-01-31", "31 Foo 2026 12:00:00 GMT"])
def test_a_date_that_cannot_be_read_sets_no_condition(cloud: Cloud, date: str) -> None:
    cloud.store(event())

    assert cloud.correct("PUT", PATH, BODY, if_unmodified_since=date).status == 202


def test_a_date_sets_no_condition_beside_an_etag_or_without_an_entity(cloud: Cloud) -> None:
    long_ago = format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True)

    created = cloud.correct("PUT", PATH, BODY, if_unmodified_since=long_ago)
    cloud.store(published(cloud))
    corrected = cloud.correct("DELETE", PATH, if_match=etag(cloud), if_unmodified_since=long_ago)

    assert [created.status, corrected.status] == [202, 202]


@pytest.mark.parametrize("condition", ["*", '"a"'])
def test_an_entity_that_does_not_exist_is_created(cloud: Cloud, condition: str) -> None:
    response = cloud.correct("PUT", PATH, BODY, if_none_match=condition)

    assert response.status == 202
    assert published(cloud).replaces is None


def test_a_creation_replaces_a_deletion_of_a_later_time(cloud: Cloud) -> None:
    deletion = store_ahead(cloud, delete_event)

    refused = cloud.correct("PUT", PATH, BODY)
    created = cloud.correct("PUT", PATH, BODY, if_none_match="*")
    cloud.store(published(cloud))

    assert [refused.status, created.status] == [409, 202]
    assert row(cloud)["contract_name"] == "corrected"
    assert row(cloud)["_event"]["replaces"] == version_of(deletion)


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

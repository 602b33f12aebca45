"""Invalid events become dead letters at once."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.cloud import Cloud
from tests.integration.worker.records import fail_one_call, records_of, stored_ids
from tests.support.canned import Canned, aws_error, name_of
from tests.support.factories import NOT_JSON, contract, event, event_fields
from tests.support.invocations import record

EARLY, NOON, LATE = (f"2026-01-31T{hour}:00:00.000000Z" for hour in ("08", "12", "16"))
Counts = Callable[[], dict[str, int]]


@pytest.fixture(autouse=True)
def one_try_an_invocation(cloud: Cloud) -> None:
    """Make the first pause longer than an invocation, so that a failed call is not retried."""
    cloud.pause(60)


def text(**changes: Any) -> str:
    """Return the JSON of an event of contract c-1 with these changes."""
    return json.dumps(event_fields() | changes)


@pytest.mark.parametrize(
    ("body", "reason", "detail"),
    [
        pytest.param("hello", "invalid_event", "is not JSON: ", id="not JSON"),
        pytest.param("null", "invalid_event", "should be an object", id="null"),
        pytest.param("[]", "invalid_event", "should be an object", id="array"),
        pytest.param("{}", "invalid_event", "id: Field required", id="no attributes"),
        pytest.param(text(time="now"), "invalid_event", "time: must be an RFC", id="time"),
        pytest.param(text(source="sourceA"), "wrong_source", "'sourceB'", id="another source"),
        pytest.param(text(source="rogue"), "wrong_source", "'sourceB'", id="unknown source"),
        pytest.param(
            text(type="equipment.upsert"), "unknown_entity", "entity_name: ", id="another's entity"
        ),
        pytest.param(
            text(type="rocket.upsert"), "unknown_entity", "of CONTRACT", id="unknown entity"
        ),
        pytest.param(text(subject="c-2"), "invalid_event", "subject: must be", id="subject"),
        pytest.param(
            text(data=contract(contract_type="lease")),
            "invalid_entity",
            "data.contract_type: Input should be",
            id="invalid entity",
        ),
        pytest.param(
            text(type="contract.delete"),
            "invalid_entity",
            "data.contract_name: unknown field",
            id="delete with the whole entity",
        ),
    ],
)
def test_a_poison_record_is_dead_lettered_at_once(
    cloud: Cloud, counts: Counts, body: str, reason: str, detail: str
) -> None:
    failures = cloud.work(body)

    [(dead_body, dead_reason, dead_detail)] = cloud.dead_letters()
    assert failures == []
    assert dead_body == body
    assert dead_reason == reason
    assert detail in dead_detail
    assert cloud.rows() == {}
    assert counts() == {"EventDeadLettered": 1}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_message_that_is_not_json_is_dead_lettered_unchanged(cloud: Cloud, body: bytes) -> None:
    hostile = body.decode(errors="replace")

    failures = cloud.work(hostile)

    assert failures == []
    assert [dead_body for dead_body, _, _ in cloud.dead_letters()] == [hostile]


def test_one_poison_record_does_not_fail_its_batch_or_its_group(
    cloud: Cloud, counts: Counts
) -> None:
    before, after = event(id="1", time=EARLY), event(id="3", time=LATE, receivedat=LATE)
    poison = record(text(subject=""), group_id=before.group_id)

    failures = cloud.work(before, poison, after, event(contract("c-2")))

    assert failures == []
    assert {key: row["_event"]["time"] for key, row in cloud.rows().items()} == {
        "CONTRACT#c-1": LATE,
        "CONTRACT#c-2": NOON,
    }
    assert counts() == {"EventStored": 3, "EventDeadLettered": 1}


def test_an_item_too_large_for_the_table_is_dead_lettered(cloud: Cloud) -> None:
    too_large = event(contract("c-1", contract_name="x" * 410_000))

    failures = cloud.work(too_large, event(contract("c-2")))

    [(body, reason, detail)] = cloud.dead_letters()
    assert failures == []
    assert body == too_large.json_bytes.decode()
    assert reason == "not_storable"
    assert "400 KB an item" in detail
    assert set(cloud.rows()) == {"CONTRACT#c-2"}


def test_a_redelivered_poison_record_leaves_one_dead_letter(cloud: Cloud) -> None:
    poison = record("hello")
    cloud.work(poison)

    failures = cloud.work(poison)

    assert failures == []
    assert len(cloud.dead_letters()) == 1


@pytest.mark.parametrize(
    "failure",
    [aws_error("AWS.SimpleQueueService.NonExistentQueue"), aws_error("KmsThrottled")],
    ids=name_of,
)
def test_a_poison_record_is_retried_while_its_dead_letter_queue_is_unavailable(
    cloud: Cloud, failure: Canned
) -> None:
    fail_one_call(cloud.worker_runtime.dead_letters.sqs, "SendMessage", failure)
    first, last = records_of("c-1", "1", "3")
    poison = record(text(subject=""), group_id="CONTRACT#c-1")
    failures = [cloud.work(first, poison, last)]

    failures += [cloud.work(poison, last)]

    assert failures == [[poison["messageId"], last["messageId"]], []]
    assert [reason for _, reason, _ in cloud.dead_letters()] == ["invalid_event"]
    assert stored_ids(cloud) == {"CONTRACT#c-1": "3"}

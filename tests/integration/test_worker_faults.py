"""The outcome of invalid events and of failures: dead letters at once, retries without loss."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError

from tests.integration.cloud import Cloud
from tests.support.factories import (
    NOT_JSON,
    Canned,
    Json,
    aws_error,
    contract,
    event,
    event_fields,
    intercept,
    name_of,
    record,
)

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
            "data.contract_name: Extra",
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
    [
        aws_error("ProvisionedThroughputExceededException"),
        aws_error("InternalServerError", 500),
        ReadTimeoutError(endpoint_url="https://canned.example.com"),
        RuntimeError("a bug"),
    ],
    ids=name_of,
)
def test_after_a_failure_only_later_records_of_the_group_are_redelivered(
    cloud: Cloud, counts: Counts, failure: Canned | Exception
) -> None:
    fail_one_call(cloud.worker_runtime.store.dynamodb, "PutItem", failure, at="2")
    first, second, third = records = records_of("c-1", "1", "2", "3")

    failures = cloud.work(first, *records_of("c-2", "4"), second, *records_of("c-3", "5"), third)

    assert failures == [held["messageId"] for held in records[1:]]
    assert stored_ids(cloud) == {"CONTRACT#c-1": "1", "CONTRACT#c-2": "4", "CONTRACT#c-3": "5"}
    assert counts() == {"EventStored": 3, "RecordRetried": 2}


def test_redelivered_records_are_stored(cloud: Cloud) -> None:
    throttled = aws_error("ThrottlingException")
    fail_one_call(cloud.worker_runtime.store.dynamodb, "PutItem", throttled, at="1")
    records = records_of("c-1", "1", "2")
    cloud.work(*records)

    failures = cloud.work(*records)

    assert failures == []
    assert stored_ids(cloud) == {"CONTRACT#c-1": "2"}


def test_a_transient_failure_is_retried_within_the_invocation(cloud: Cloud, counts: Counts) -> None:
    cloud.pause(0.001)
    fail_one_call(
        cloud.worker_runtime.store.dynamodb, "PutItem", aws_error("ThrottlingException"), at="1"
    )

    failures = cloud.work(*records_of("c-1", "1", "2"))

    assert failures == []
    assert stored_ids(cloud) == {"CONTRACT#c-1": "2"}
    assert counts() == {"EventStored": 2}


def test_a_write_whose_response_was_lost_counts_as_stored(cloud: Cloud, counts: Counts) -> None:
    cloud.pause(0.001)
    failures = iter([ReadTimeoutError(endpoint_url="https://canned.example.com")])

    def lose_the_first(**_: Any) -> None:
        for failure in failures:
            raise failure

    cloud.worker_runtime.store.dynamodb.meta.events.register(
        "after-call.dynamodb.PutItem", lose_the_first
    )
    [sent] = records_of("c-1", "1")

    cloud.work(sent)

    assert stored_ids(cloud) == {"CONTRACT#c-1": "1"}
    assert counts() == {"EventStored": 1}


def test_after_the_deadline_no_write_is_tried(cloud: Cloud, counts: Counts) -> None:
    cloud.worker_runtime = replace(cloud.worker_runtime, store_seconds=0)
    [late] = records_of("c-1", "1")

    failures = cloud.work(late)

    assert failures == [late["messageId"]]
    assert cloud.rows() == {}
    assert counts() == {"RecordRetried": 1}


def test_without_its_table_the_worker_loses_no_record(cloud: Cloud, counts: Counts) -> None:
    cloud.dynamodb.delete_table(TableName=cloud.table_name)
    records = [*records_of("c-1", "1", "2"), *records_of("c-2", "3")]

    failures = cloud.work(*records)

    assert sorted(failures) == sorted(held["messageId"] for held in records)
    assert counts() == {"RecordRetried": 3}
    assert cloud.dead_letters() == []


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


def records_of(contract_id: str, *event_ids: str) -> list[Json]:
    """Make records of one contract's events, each newer than the one before."""
    return [
        record(event(contract(contract_id), id=name, time=f"2026-01-31T12:00:0{name}Z"))
        for name in event_ids
    ]


def stored_ids(cloud: Cloud) -> dict[str, str]:
    """Return the id of the event that each row comes from."""
    return {key: row["_event"]["id"] for key, row in cloud.rows().items()}


def fail_one_call(
    client: BaseClient, operation: str, failure: Canned | Exception, at: str | None = None
) -> None:
    """Make one call fail: the first, or the one for the event with the id `at`."""
    failures = iter([failure])

    def respond(parameters: Json) -> Canned | None:
        if at and parameters["Item"]["_event"]["M"]["id"]["S"] != at:
            return None
        response = next(failures, None)
        if isinstance(response, Exception):
            raise response
        return response

    intercept(client, operation, respond)

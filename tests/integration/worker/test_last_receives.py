"""A record whose last receive fails is dead-lettered with the last error, and none is lost."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import listed
from tests.integration.worker.records import fail_one_call, records_of, stored_ids
from tests.support.canned import Canned, aws_error, intercept
from tests.support.factories import CANARY, Json

Counts = Callable[[], dict[str, int]]
EXHAUSTED = "retries_exhausted"


@pytest.fixture(autouse=True)
def one_try_an_invocation(cloud: Cloud) -> None:
    """Make the first pause longer than an invocation, so that a failed call is not retried."""
    cloud.pause(60)


def received(records: list[Json], *counts: int) -> list[Json]:
    """Return the records with these receive counts."""
    for record, count in zip(records, counts, strict=True):
        record["attributes"]["ApproximateReceiveCount"] = str(count)
    return records


def fail_calls(client: Any, operation: str, failure: Canned | Exception) -> None:
    """Make every call of an operation fail."""

    def respond(_: Json) -> Canned:
        if isinstance(failure, Exception):
            raise failure
        return failure

    intercept(client, operation, respond)


@pytest.mark.parametrize(
    ("failure", "detail"),
    [
        (aws_error("AccessDeniedException"), "TransientFailure AccessDeniedException at "),
        (aws_error("InternalServerError", 500), "TransientFailure InternalServerError at "),
        (ReadTimeoutError(endpoint_url=CANARY), "TransientFailure ReadTimeoutError at "),
        (RuntimeError(CANARY), "RuntimeError at "),
    ],
    ids=["denied", "failed", "no answer", "a bug"],
)
def test_the_dead_letter_names_the_last_error_and_no_value(
    cloud: Cloud, counts: Counts, failure: Canned | Exception, detail: str
) -> None:
    [record] = received(records_of("c-1", "1"), 5)
    fail_calls(cloud.worker_runtime.store.dynamodb, "PutItem", failure)

    failures = cloud.work(record)

    [(body, reason, found)] = cloud.dead_letters()
    assert failures == []
    assert body == record["body"]
    assert reason == EXHAUSTED
    assert found.startswith(detail)
    assert CANARY not in found
    assert counts() == {"EventDeadLettered": 1}


def test_before_the_last_receive_the_record_is_redelivered(cloud: Cloud, counts: Counts) -> None:
    [record] = received(records_of("c-1", "1"), 4)
    fail_calls(cloud.worker_runtime.store.dynamodb, "PutItem", aws_error("AccessDeniedException"))

    failures = cloud.work(record)

    assert failures == [record["messageId"]]
    assert cloud.dead_letters() == []
    assert counts() == {"RecordRetried": 1}


def test_behind_a_dead_letter_the_next_record_is_stored_and_the_order_is_kept(
    cloud: Cloud, counts: Counts
) -> None:
    first, second, third, fourth = received(records_of("c-1", "1", "2", "3", "5"), 5, 5, 4, 5)
    for failing in ("1", "3"):
        fail_one_call(
            cloud.worker_runtime.store.dynamodb,
            "PutItem",
            aws_error("ThrottlingException"),
            at=failing,
        )

    failures = cloud.work(first, *records_of("c-2", "4"), second, third, fourth)

    assert [(body, reason) for body, reason, _ in cloud.dead_letters()] == [
        (first["body"], EXHAUSTED)
    ]
    assert failures == [third["messageId"], fourth["messageId"]]
    assert stored_ids(cloud) == {"CONTRACT#c-1": "2", "CONTRACT#c-2": "4"}
    assert counts() == {"EventDeadLettered": 2, "EventStored": 2, "RecordRetried": 1}


def test_each_dead_letter_of_an_entity_has_its_own_error(cloud: Cloud) -> None:
    records = received(records_of("c-1", "1", "2"), 5, 5)
    for event_id, code in (("1", "ThrottlingException"), ("2", "AccessDeniedException")):
        fail_one_call(cloud.worker_runtime.store.dynamodb, "PutItem", aws_error(code), at=event_id)

    failures = cloud.work(*records)

    found = {body: detail.partition(" at ")[0] for body, _, detail in cloud.dead_letters()}
    assert found == {
        records[0]["body"]: "TransientFailure ThrottlingException",
        records[1]["body"]: "TransientFailure AccessDeniedException",
    }
    assert failures == []


def test_after_the_deadline_no_record_behind_is_tried(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = received(records_of("c-1", "1", "2"), 5, 5)
    seconds, tried = time.monotonic(), []

    def fail_late(parameters: Json) -> Canned:
        tried.append(parameters["Item"]["_event"]["M"]["id"]["S"])
        monkeypatch.setattr(time, "monotonic", lambda: seconds + 3600)
        return aws_error("ThrottlingException")

    intercept(cloud.worker_runtime.store.dynamodb, "PutItem", fail_late)

    failures = cloud.work(*records)

    found = {body: detail.partition(" at ")[0] for body, _, detail in cloud.dead_letters()}
    assert tried == ["1"]
    assert found == {
        records[0]["body"]: "TransientFailure ThrottlingException",
        records[1]["body"]: "TransientFailure DeadlineExceeded",
    }
    assert failures == []


def test_behind_a_record_that_is_redelivered_none_is_dead_lettered(
    cloud: Cloud, counts: Counts
) -> None:
    records = received(records_of("c-1", "1", "2"), 4, 5)
    fail_one_call(cloud.worker_runtime.store.dynamodb, "PutItem", aws_error("ThrottlingException"))

    failures = cloud.work(*records)

    assert failures == [record["messageId"] for record in records]
    assert cloud.dead_letters() == []
    assert counts() == {"EventDeadLettered": 1, "RecordRetried": 1}


def test_if_the_dead_letter_queue_refuses_the_record_the_queue_moves_it(
    cloud: Cloud, counts: Counts
) -> None:
    [record] = received(records_of("c-1", "1"), 5)
    runtime = cloud.worker_runtime
    fail_calls(runtime.store.dynamodb, "PutItem", aws_error("AccessDeniedException"))
    fail_calls(runtime.dead_letters.sqs, "SendMessage", aws_error("AccessDenied"))

    failures = cloud.work(record)

    assert failures == [record["messageId"]]
    assert counts() == {"EventDeadLettered": 1}


def test_a_record_that_is_delivered_again_has_one_dead_letter(cloud: Cloud) -> None:
    records = received(records_of("c-1", "1"), 5)
    fail_calls(cloud.worker_runtime.store.dynamodb, "PutItem", aws_error("AccessDeniedException"))

    cloud.work(*records)
    cloud.work(*records)

    assert len(cloud.dead_letters()) == 1


def test_a_redrive_after_the_outage_stores_every_event_once(
    cloud: Cloud, ingest: Ingest, counts: Counts
) -> None:
    records = received(records_of("c-1", "1", "2") + records_of("c-2", "3"), 5, 5, 5)
    dynamodb = cloud.worker_runtime.store.dynamodb
    outage = [aws_error("AccessDeniedException")]
    intercept(dynamodb, "PutItem", lambda _: outage[0] if outage else None)
    cloud.work(*records)
    [found] = {each["detail"].partition(" at ")[0] for each in listed(ingest)["letters"]}
    outage.clear()
    counts()

    ingest("redrive", "--reason", EXHAUSTED)
    failures = cloud.work(*cloud.queued())

    assert found == "TransientFailure AccessDeniedException"
    assert failures == []
    assert stored_ids(cloud) == {"CONTRACT#c-1": "2", "CONTRACT#c-2": "3"}
    assert cloud.dead_letters() == []

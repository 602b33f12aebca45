"""A failure redelivers a record, and loses none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.integration.cloud import Cloud
from tests.integration.worker.records import fail_one_call, records_of, stored_ids
from tests.support.canned import Canned, aws_error, name_of

Counts = Callable[[], dict[str, int]]


@pytest.fixture(autouse=True)
def one_try_an_invocation(cloud: Cloud) -> None:
    """Make the first pause longer than an invocation, so that a failed call is not retried."""
    cloud.pause(60)


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

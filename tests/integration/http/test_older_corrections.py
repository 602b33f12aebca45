"""A correction that is older than the stored event is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from ingestion.syntax.times import timestamp
from tests.integration.cloud import Cloud
from tests.integration.http.test_refused_requests import assert_problem
from tests.support.canned import aws_error, intercept
from tests.support.factories import CANARY, contract, delete_event, event

BODY = {name: value for name, value in contract().items() if name != "contract_id"}


def store_ahead(cloud: Cloud, *, is_deleted: bool = False) -> str:
    """Store contract c-1, or its deletion, with a time in the future. Return the time."""
    now = datetime.now(UTC)
    time = timestamp(now + timedelta(minutes=4))
    made = delete_event if is_deleted else event
    cloud.store(made(time=time, receivedat=timestamp(now)))
    return time


@pytest.mark.parametrize("is_deleted", [False, True], ids=["an entity", "a deletion"])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_correction_that_is_older_than_the_stored_event_gets_409(
    cloud: Cloud, method: str, is_deleted: bool
) -> None:
    time = store_ahead(cloud, is_deleted=is_deleted)

    response = cloud.correct(method, "CONTRACT/c-1", BODY if method == "PUT" else "")

    header = "If-None-Match: *" if is_deleted else "If-Match"
    assert_problem(response, 409, f"repeat the correction with {header}, or after {time}")
    assert response.document["stored_time"] == time
    assert cloud.routed() == 0


def test_an_invalid_correction_of_a_newer_event_gets_422(cloud: Cloud) -> None:
    store_ahead(cloud)

    assert cloud.correct("PUT", "CONTRACT/c-1", {}).status == 422


def test_while_the_table_is_not_available_a_correction_gets_503(cloud: Cloud) -> None:
    throttled = aws_error("ThrottlingException", message=CANARY)
    intercept(cloud.api_runtime.reader.dynamodb, "GetItem", lambda _: throttled)

    response = cloud.correct("DELETE", "CONTRACT/c-1")

    assert response.status == 503
    assert response.headers["Retry-After"] == "5"
    assert "the table is not available" in response.document["detail"]
    assert CANARY not in response.text
    assert cloud.routed() == 0

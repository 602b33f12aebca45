from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.parsers import ResponseParserError

from entities.contract import Contract
from ingestion.errors import RejectedRecord, TransientFailure
from ingestion.store.table import Outcome, Store
from tests.support.canned import Canned, aws_error, canned, intercept, name_of
from tests.support.factories import Json, contract, event

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def store_that_answers(response: Canned | Exception) -> Store:
    """Return a store whose table gives this response to each call."""

    def respond(_: Json) -> Canned:
        if isinstance(response, Exception):
            raise response
        return response

    dynamodb = boto3.client("dynamodb", region_name="eu-central-1")
    intercept(dynamodb, "PutItem", respond)
    return Store(dynamodb, "table", tombstone_days=30)


def put(store: Store) -> Outcome:
    return store.put_entity(event(), Contract.model_validate(contract()), NOW)


def test_a_write_that_the_table_accepts_is_stored() -> None:
    store = store_that_answers(canned({}))

    outcome = put(store)

    assert outcome is Outcome.STORED


@pytest.mark.parametrize(
    "response",
    [
        aws_error("ProvisionedThroughputExceededException"),
        aws_error("ThrottlingException"),
        aws_error("RequestLimitExceeded"),
        aws_error("TransactionConflictException"),
        aws_error("ResourceNotFoundException"),
        aws_error("AccessDeniedException"),
        aws_error("ExpiredTokenException"),
        aws_error("InternalServerError", 500),
        ReadTimeoutError(endpoint_url="https://canned.example.com"),
        ResponseParserError("half a response"),
    ],
    ids=name_of,
)
def test_a_failure_that_a_retry_may_fix_is_transient(response: Canned | Exception) -> None:
    store = store_that_answers(response)

    with pytest.raises(TransientFailure):
        put(store)


def test_an_item_that_the_table_can_never_hold_is_rejected_without_quoting_it() -> None:
    message = "The parameter cannot be converted to a numeric value: a canary"
    store = store_that_answers(aws_error("ValidationException", message=message))

    with pytest.raises(RejectedRecord) as rejection:
        put(store)

    assert rejection.value.reason == "not_storable"
    assert "data: must keep to DynamoDB's limits: 400 KB an item" in rejection.value.detail
    assert "canary" not in rejection.value.detail

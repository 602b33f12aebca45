from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.parsers import ResponseParserError

from entities.contract import Contract
from ingestion.errors import RejectedRecord, TransientFailure
from ingestion.store import Outcome, Store, attribute
from tests.factories import Canned, Json, aws_error, canned, contract, event, intercept, name_of

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", {"S": "text"}),
        ("", {"S": ""}),
        (Outcome.STORED, {"S": "stored"}),
        (True, {"BOOL": True}),
        (False, {"BOOL": False}),
        (0, {"N": "0"}),
        (-7, {"N": "-7"}),
        (Decimal("12.50"), {"N": "12.50"}),
        (Decimal("1.0000000000000000000000000001"), {"N": "1.0000000000000000000000000001"}),
        (None, {"NULL": True}),
        (date(2026, 1, 31), {"S": "2026-01-31"}),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), {"S": "2026-01-31T12:00:00.000000Z"}),
        (
            datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=2))),
            {"S": "2026-01-31T10:00:00.000000Z"},
        ),
        (["a", 1], {"L": [{"S": "a"}, {"N": "1"}]}),
        ((), {"L": []}),
        ({"a": {"b": True}}, {"M": {"a": {"M": {"b": {"BOOL": True}}}}}),
    ],
    ids=repr,
)
def test_a_value_has_its_attribute_type(value: Any, expected: dict[str, Any]) -> None:
    found = attribute(value)

    assert found == expected


@pytest.mark.parametrize("value", [1.5, [1.5], {"a": float("nan")}, {1, 2}, b"bytes", object()])
def test_a_value_that_would_lose_something_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no attribute type for"):
        attribute(value)


def table_that(answer: Canned | Exception) -> Store:
    """A store whose table gives one answer to everything."""

    def respond(_: Json) -> Canned:
        if isinstance(answer, Exception):
            raise answer
        return answer

    dynamodb = boto3.client("dynamodb", region_name="eu-central-1")
    intercept(dynamodb, "PutItem", respond)
    return Store(dynamodb, "table", tombstone_days=30)


def put(store: Store) -> Outcome:
    return store.put(event(), Contract.model_validate(contract()), NOW)


def test_a_write_that_the_table_takes_is_stored() -> None:
    assert put(table_that(canned({}))) is Outcome.STORED


@pytest.mark.parametrize(
    "answer",
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
        ResponseParserError("half an answer"),
    ],
    ids=name_of,
)
def test_whatever_time_heals_is_transient(answer: Canned | Exception) -> None:
    store = table_that(answer)

    with pytest.raises(TransientFailure):
        put(store)


def test_what_the_table_can_never_hold_is_rejected_with_its_words() -> None:
    store = table_that(aws_error("ValidationException", message="Item size has exceeded"))

    with pytest.raises(RejectedRecord) as rejection:
        put(store)

    assert (rejection.value.reason, rejection.value.detail) == (
        "not_storable",
        "data: Item size has exceeded",
    )

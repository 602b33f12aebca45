import json
from collections.abc import Callable

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError

from ingestion.errors import FieldError, IngestionError, RejectedRecord, TransientFailure
from ingestion.event import Event
from ingestion.telemetry.redaction import UnexpectedError, describe_error, hide_error_messages
from tests.support.factories import CANARY, event


def refuse_an_invalid_parameter() -> None:
    table = boto3.client("dynamodb", region_name="eu-central-1")
    table.put_item(TableName="entities", Item={"ID": {"S": [CANARY]}})


def fail_in_the_service() -> None:
    raise ClientError({"Error": {"Code": "ValidationException", "Message": CANARY}}, "PutItem")


def look_up_an_unknown_key() -> None:
    json.loads("{}")[CANARY]


def validate_an_invalid_event() -> None:
    Event.model_validate(event().model_dump() | {"type": CANARY})


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (refuse_an_invalid_parameter, "ParamValidationError"),
        (fail_in_the_service, "ClientError ValidationException"),
        (look_up_an_unknown_key, "KeyError"),
        (validate_an_invalid_event, "ValidationError"),
    ],
)
def test_an_unexpected_error_is_reported_by_kind_and_place_without_its_message(
    fail: Callable[[], None], kind: str
) -> None:
    with pytest.raises(UnexpectedError) as raised, hide_error_messages():
        fail()

    assert str(raised.value).startswith(f"{kind} at ")
    assert ".py:" in str(raised.value)
    assert CANARY not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    "error", [TransientFailure("Throttled"), RejectedRecord("wrong_source", FieldError("", "x"))]
)
def test_an_error_of_the_platform_is_raised_unchanged(error: IngestionError) -> None:
    with pytest.raises(type(error)) as raised, hide_error_messages():
        raise error

    assert raised.value is error


def test_an_exception_that_ends_the_process_is_raised_unchanged() -> None:
    with pytest.raises(KeyboardInterrupt), hide_error_messages():
        raise KeyboardInterrupt


def fail_because_of_an_invalid_parameter() -> None:
    try:
        refuse_an_invalid_parameter()
    except ParamValidationError as error:
        raise TransientFailure("PutItem") from error


def test_the_cause_of_an_error_is_described_by_kind_and_place() -> None:
    with pytest.raises(TransientFailure) as raised:
        fail_because_of_an_invalid_parameter()

    description = describe_error(raised.value)

    assert description.startswith("TransientFailure PutItem at test_redaction.py:")
    assert " from ParamValidationError at " in description
    assert CANARY not in description

import json
from collections.abc import Callable

import boto3
import pytest
from botocore.exceptions import ClientError, ParamValidationError

from ingestion.errors import FieldError, IngestionError, RejectedRecord, TransientFailure
from ingestion.event import Event
from ingestion.telemetry.redaction import Unforeseen, describe, hide_messages
from tests.support.factories import CANARY, event


def a_value_that_a_client_refuses() -> None:
    table = boto3.client("dynamodb", region_name="eu-central-1")
    table.put_item(TableName="entities", Item={"ID": {"S": [CANARY]}})


def an_error_of_a_service() -> None:
    raise ClientError({"Error": {"Code": "ValidationException", "Message": CANARY}}, "PutItem")


def an_unknown_key() -> None:
    json.loads("{}")[CANARY]


def a_mistake_in_an_event() -> None:
    Event.model_validate(event().model_dump() | {"type": CANARY})


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (a_value_that_a_client_refuses, "ParamValidationError"),
        (an_error_of_a_service, "ClientError ValidationException"),
        (an_unknown_key, "KeyError"),
        (a_mistake_in_an_event, "ValidationError"),
    ],
)
def test_an_unforeseen_error_says_what_it_is_and_where_but_no_contents(
    fail: Callable[[], None], kind: str
) -> None:
    with pytest.raises(Unforeseen) as raised, hide_messages():
        fail()

    assert str(raised.value).startswith(f"{kind} at ")
    assert ".py:" in str(raised.value)
    assert CANARY not in str(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    "error", [TransientFailure("Throttled"), RejectedRecord("wrong_source", FieldError("", "x"))]
)
def test_an_error_of_ours_rises_as_it_is(error: IngestionError) -> None:
    with pytest.raises(type(error)) as raised, hide_messages():
        raise error

    assert raised.value is error


def test_what_ends_the_process_is_left_alone() -> None:
    with pytest.raises(KeyboardInterrupt), hide_messages():
        raise KeyboardInterrupt


def test_a_cause_is_told_by_its_kind_too() -> None:
    try:
        try:
            a_value_that_a_client_refuses()
        except ParamValidationError as error:
            raise TransientFailure("PutItem") from error
    except TransientFailure as error:
        told = describe(error)

    assert told.startswith("TransientFailure PutItem at test_redaction.py:")
    assert " from ParamValidationError at " in told
    assert CANARY not in told

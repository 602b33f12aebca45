"""Compares the calls that we encode with those of botocore, and checks that botocore signs ours."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.client import BaseClient
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from ingestion.aws.encoding import register_encoders
from ingestion.settings import CLIENT_CONFIG
from tests.support.factories import CANARY, Json
from tests.support.sent import sent_by, words

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
# Headers that differ between two calls of the same content, or with the encoding of the body.
VARIABLE_HEADERS = {"Authorization", "X-Amz-Date", "amz-sdk-invocation-id", "Content-Length"}

ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "Id": st.sampled_from("0123456789"),
            "Message": TEXTS,
            "MessageGroupId": TEXTS,
            "MessageDeduplicationId": TEXTS,
            "MessageAttributes": st.dictionaries(
                TEXTS, st.builds(lambda text: {"DataType": "String", "StringValue": text}, TEXTS)
            ),
        }
    ),
    min_size=1,
    max_size=10,
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.builds(lambda text: {"S": text}, TEXTS)
    | st.builds(lambda number: {"N": str(number)}, st.decimals(allow_nan=False))
    | st.builds(lambda flag: {"BOOL": flag}, st.booleans())
    | st.just({"NULL": True}),
    lambda inner: (
        st.builds(lambda values: {"L": values}, st.lists(inner, max_size=3))
        | st.builds(lambda values: {"M": values}, st.dictionaries(TEXTS, inner, max_size=3))
    ),
    max_leaves=6,
)


def client(service: Any) -> BaseClient:
    """Return a client with the settings that the functions use."""
    session = boto3.Session("test", "test", region_name="eu-central-1")
    made: BaseClient = session.client(service, config=CLIENT_CONFIG)
    return made


@cache
def encoded_by_us(service: str) -> BaseClient:
    return register_encoders(client(service))


encoded_by_botocore = cache(client)


def both_requests(service: str, call: Callable[[Any], object]) -> list[AWSPreparedRequest]:
    """Return our request for the call, and botocore's."""
    found = []
    for encoded_by in (encoded_by_us, encoded_by_botocore):
        with sent_by(encoded_by(service)) as requests:
            call(encoded_by(service))
        found += requests
    return found


def fixed_headers(request: AWSPreparedRequest) -> dict[str, Any]:
    """Return the headers that are the same in each call, as text."""
    return {
        name: words(value)
        for name, value in request.headers.items()
        if name not in VARIABLE_HEADERS
    }


def text(request: AWSPreparedRequest) -> str:
    """Return the body, which botocore holds as bytes or as text."""
    body: Any = request.body
    return words(body)


@given(entries=ENTRIES)
def test_a_batch_is_sent_with_the_form_fields_and_headers_of_botocore(entries: list[Json]) -> None:
    topic_arn = "arn:aws:sns:eu-central-1:123456789012:t.fifo"

    ours, theirs = both_requests(
        "sns", lambda sns: sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)
    )

    our_fields, their_fields = (
        sorted(parse_qsl(text(request), keep_blank_values=True, strict_parsing=True))
        for request in (ours, theirs)
    )
    assert our_fields == their_fields
    assert fixed_headers(ours) == fixed_headers(theirs)
    assert ours.url == theirs.url


@given(item=st.dictionaries(TEXTS, VALUES, max_size=4))
def test_an_item_is_sent_with_the_json_and_headers_of_botocore(item: Json) -> None:
    call = {
        "TableName": "entities",
        "Item": item,
        "ConditionExpression": "attribute_not_exists(#event)",
        "ExpressionAttributeNames": {"#event": "_event"},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }

    ours, theirs = both_requests("dynamodb", lambda dynamodb: dynamodb.put_item(**call))

    assert json.loads(text(ours)) == call
    assert json.loads(text(theirs)) == call
    assert fixed_headers(ours) == fixed_headers(theirs)
    assert ours.url == theirs.url


def test_botocore_signs_the_body_that_we_encoded() -> None:
    dynamodb: Any = encoded_by_us("dynamodb")
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC).replace(tzinfo=None)

    with patch("botocore.auth.get_current_datetime", lambda: moment):
        with sent_by(dynamodb) as requests:
            dynamodb.put_item(TableName="entities", Item={"ID": {"S": CANARY}})
        [sent] = requests
        headers = {name: words(sent.headers[name]) for name in ("Content-Type", "X-Amz-Target")}
        expected: Any = AWSRequest("POST", sent.url, headers, sent.body)
        SigV4Auth(Credentials("test", "test"), "dynamodb", "eu-central-1").add_auth(expected)

    assert words(sent.headers["Authorization"]) == expected.headers["Authorization"]


def test_a_retried_call_sends_the_whole_body_again() -> None:
    dynamodb: Any = register_encoders(client("dynamodb"))

    with sent_by(dynamodb, status=500) as requests, pytest.raises(ClientError):
        dynamodb.put_item(TableName="entities", Item={"ID": {"S": CANARY}})

    assert len(requests) == 2
    assert [json.loads(text(request))["Item"] for request in requests] == [
        {"ID": {"S": CANARY}},
        {"ID": {"S": CANARY}},
    ]


def test_botocore_encodes_all_other_calls() -> None:
    ours, theirs = both_requests(
        "dynamodb", lambda dynamodb: dynamodb.get_item(TableName="t", Key={"ID": {"S": "1"}})
    )

    assert text(ours) == text(theirs)

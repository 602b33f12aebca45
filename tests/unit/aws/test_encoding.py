"""The two encoded calls send what botocore would have sent, and botocore signs them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
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

from ingestion.aws.encoding import write_calls
from ingestion.settings import CLIENT_CONFIG
from tests.support.factories import CANARY, Json
from tests.support.sent import ANSWERS, sent_by, words

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
# What differs from call to call, and with how the body is spelt.
OF_THE_CALL = {"Authorization", "X-Amz-Date", "amz-sdk-invocation-id", "Content-Length"}

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
    | st.builds(lambda truth: {"BOOL": truth}, st.booleans())
    | st.just({"NULL": True}),
    lambda inner: (
        st.builds(lambda it: {"L": it}, st.lists(inner, max_size=3))
        | st.builds(lambda it: {"M": it}, st.dictionaries(TEXTS, inner, max_size=3))
    ),
    max_leaves=6,
)


def client(service: Any) -> BaseClient:
    """Return a client as the functions make it, which encodes its calls itself."""
    session = boto3.Session("test", "test", region_name="eu-central-1")
    made: BaseClient = session.client(service, config=CLIENT_CONFIG)
    return made


WRITTEN = {name: write_calls(client(name)) for name in ANSWERS}
BY_BOTOCORE = {name: client(name) for name in ANSWERS}


def both(service: str, call: Callable[[Any], object]) -> list[AWSPreparedRequest]:
    """The request of the call as we write it, and as botocore does."""
    found = []
    for clients in (WRITTEN, BY_BOTOCORE):
        with sent_by(clients[service]) as requests:
            call(clients[service])
        found += requests
    return found


def fixed(request: AWSPreparedRequest) -> dict[str, Any]:
    """The headers that do not depend on the call, as text."""
    return {name: words(it) for name, it in request.headers.items() if name not in OF_THE_CALL}


def text(request: AWSPreparedRequest) -> str:
    """The body, however it is held."""
    body: Any = request.body
    return words(body)


@given(entries=ENTRIES)
def test_a_batch_is_the_form_that_botocore_would_send(entries: list[Json]) -> None:
    topic_arn = "arn:aws:sns:eu-central-1:123456789012:t.fifo"

    ours, theirs = both(
        "sns", lambda sns: sns.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=entries)
    )

    pairs = [
        sorted(parse_qsl(text(it), keep_blank_values=True, strict_parsing=True))
        for it in (ours, theirs)
    ]
    assert pairs[0] == pairs[1]
    assert fixed(ours) == fixed(theirs)
    assert ours.url == theirs.url


@given(item=st.dictionaries(TEXTS, VALUES, max_size=4))
def test_a_put_is_the_document_that_botocore_would_send(item: Json) -> None:
    call = {
        "TableName": "entities",
        "Item": item,
        "ConditionExpression": "attribute_not_exists(#event)",
        "ExpressionAttributeNames": {"#event": "_event"},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }

    ours, theirs = both("dynamodb", lambda dynamodb: dynamodb.put_item(**call))

    assert json.loads(text(ours)) == json.loads(text(theirs)) == call
    assert fixed(ours) == fixed(theirs)
    assert ours.url == theirs.url


def test_botocore_signs_the_body_that_is_sent() -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC).replace(tzinfo=None)
    with patch("botocore.auth.get_current_datetime", lambda: moment):
        with sent_by(WRITTEN["dynamodb"]) as requests:
            WRITTEN["dynamodb"].put_item(TableName="entities", Item={"ID": {"S": CANARY}})  # type: ignore[attr-defined]
        [sent] = requests
        headers = {name: words(sent.headers[name]) for name in ("Content-Type", "X-Amz-Target")}
        expected: Any = AWSRequest("POST", sent.url, headers, sent.body)
        SigV4Auth(Credentials("test", "test"), "dynamodb", "eu-central-1").add_auth(expected)

    assert words(sent.headers["Authorization"]) == expected.headers["Authorization"]


def test_a_repeated_call_is_sent_anew_and_whole() -> None:
    one = write_calls(client("dynamodb"))

    with sent_by(one, status=500) as requests, pytest.raises(ClientError):
        one.put_item(TableName="entities", Item={"ID": {"S": CANARY}})  # type: ignore[attr-defined]

    assert len(requests) == 2
    assert [json.loads(text(it))["Item"] for it in requests] == [{"ID": {"S": CANARY}}] * 2


def test_other_calls_are_botocores() -> None:
    ours, theirs = both(
        "dynamodb", lambda dynamodb: dynamodb.get_item(TableName="t", Key={"ID": {"S": "1"}})
    )

    assert text(ours) == text(theirs)

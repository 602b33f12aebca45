"""What travels is what botocore would have sent, and where it may not be, botocore writes it."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote_plus

import boto3
import botocore
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.aws import encoding
from ingestion.aws.encoding import quoted, write_calls
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
    """A client as the functions make it, but for its writing."""
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


@settings(deadline=None, derandomize=True)
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


@settings(deadline=None, derandomize=True)
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


@settings(derandomize=True)
@given(words=TEXTS)
def test_text_is_quoted_as_the_standard_library_does(words: str) -> None:
    assert quoted(words) == quote_plus(words)


def test_all_of_ascii_is_quoted_as_the_standard_library_does() -> None:
    ascii_text = "".join(map(chr, range(128)))

    assert quoted(ascii_text) == quote_plus(ascii_text)


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


def test_the_pinned_botocore_is_one_whose_hooks_are_known() -> None:
    assert botocore.__version__.startswith(encoding.BOTOCORE)


def test_with_another_botocore_its_calls_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "BOTOCORE", "0.")
    plain = write_calls(client("sns"))
    entry = {"Id": "0", "Message": "a b", "MessageGroupId": "g", "MessageDeduplicationId": "d"}

    with sent_by(plain) as requests:
        plain.publish_batch(TopicArn="t", PublishBatchRequestEntries=[entry])  # type: ignore[attr-defined]

    assert ("PublishBatchRequestEntries.member.1.Message", "a b") in parse_qsl(text(requests[0]))
    assert isinstance(requests[0].body, str), "botocore's own form is text until it is sent"

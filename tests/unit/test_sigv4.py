"""Calls are signed as botocore would sign them, to the letter."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion import sigv4
from ingestion.settings import CLIENT_CONFIG
from ingestion.sigv4 import Scope, sign
from ingestion.wire import write_calls
from tests.sent import sent_by

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SESSION = boto3.Session("key", "a secret", "a token")
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("put_item", {"TableName": "t", "Item": {}}),
    "sns": ("publish_batch", {"TopicArn": "t", "PublishBatchRequestEntries": []}),
}
NAMES = st.from_regex(r"[A-Z][a-z]+(-[A-Z][a-z]+)*", fullmatch=True).filter(
    lambda name: name.lower() not in ("user-agent", "expect", "transfer-encoding", "host", "date")
)
WORDS = st.from_regex(r"[!-~]{1,20}( [!-~]{1,20})?", fullmatch=True)
URLS = st.sampled_from(
    [
        "https://sns.eu-central-1.amazonaws.com/",
        "https://sns.eu-central-1.amazonaws.com",
        "https://sns.eu-central-1.amazonaws.com:443/",
        "https://sns.eu-central-1.amazonaws.com:8443/",
        "http://127.0.0.1:4566/",
        "http://localhost:80/",
        "http://[::1]:4566/",
        "https://gateway.example/aws/sns/",
    ]
)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The moment, for us and for botocore."""
    moment = NOON.replace(tzinfo=None)
    with (
        patch.object(time, "gmtime", lambda: NOON.timetuple()),
        patch("botocore.auth.get_current_datetime", lambda: moment),
    ):
        yield


@settings(deadline=None, derandomize=True)
@given(
    url=URLS,
    headers=st.dictionaries(NAMES, WORDS, max_size=4),
    body=st.binary(min_size=1, max_size=50),
    token=st.none() | WORDS,
    region=st.sampled_from(["eu-central-1", "us-gov-west-1"]),
    service=st.sampled_from(["sns", "dynamodb"]),
)
def test_a_signature_is_botocores(
    url: str, headers: dict[str, str], body: bytes, token: str | None, region: str, service: str
) -> None:
    headers = {**{name.title(): value for name, value in headers.items()}, "User-Agent": "any"}
    credentials = ReadOnlyCredentials("key", "a secret", token)
    request: Any = AWSRequest("POST", url, headers, body)
    SigV4Auth(credentials, service, region).add_auth(request)

    signed = sign(url, headers, body, credentials, Scope(region, service))

    assert signed == dict(request.headers.items())


def sent(client: Any, service: str) -> AWSPreparedRequest:
    """The one request of the service's call."""
    operation, parameters = CALLS[service]
    with sent_by(client) as requests:
        getattr(client, operation)(**parameters)
    [request] = requests
    return request


@pytest.mark.parametrize(
    ("service", "region"),
    [
        (service, region)
        for service in CALLS
        for partition in PARTITIONS
        for region in SESSION.get_available_regions(service, partition)
    ],
)
def test_a_call_is_signed_for_where_it_goes(service: str, region: str) -> None:
    """With botocore's signer put in our place, on the same body: nothing else differs."""
    ours, theirs = (SESSION.client(service, region, config=CLIENT_CONFIG) for _ in range(2))  # type: ignore[call-overload]

    signed = sent(write_calls(ours), service)
    with patch("ingestion.wire._unsigned", lambda **_: None):
        by_botocore = sent(write_calls(theirs), service)

    assert signed.body == by_botocore.body
    assert signed.url == by_botocore.url
    assert authorization(signed) == authorization(by_botocore)


def authorization(request: AWSPreparedRequest) -> str:
    it = request.headers["Authorization"]
    return it.decode() if isinstance(it, bytes) else it


def test_a_signature_holds_for_its_day() -> None:
    sigv4._key.cache_clear()
    of_a_day = signature()
    with patch.object(time, "gmtime", lambda: NOON.replace(day=30).timetuple()):
        of_another = signature()

    assert of_a_day != of_another
    assert signature() == of_a_day


def signature() -> str:
    credentials = ReadOnlyCredentials("key", "a secret", None)
    scope = Scope("eu-central-1", "sns")
    return sign("https://sns.amazonaws.com/", {}, b"1", credentials, scope)["Authorization"]


def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = boto3.Session(region_name="eu-central-1").client("sns", config=CLIENT_CONFIG)

    with pytest.raises(NoCredentialsError):
        sent(write_calls(client), "sns")

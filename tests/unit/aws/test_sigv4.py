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
from botocore.exceptions import ClientError, NoCredentialsError
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.aws.encoding import write_calls
from ingestion.aws.sigv4 import Scope, signature
from ingestion.settings import CLIENT_CONFIG
from tests.support.sent import sent_by, words

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SESSION = boto3.Session("key", "a secret", "a token")
PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "dynamodb": ("put_item", {"TableName": "t", "Item": {}}),
    "sns": ("publish_batch", {"TopicArn": "t", "PublishBatchRequestEntries": []}),
}
SIGNED = ("Content-Type", "X-Amz-Target")
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
        "http://[::1]:80/",
        "https://SNS.EU-central-1.amazonaws.com/",
        "http://user:word@localhost:4566/",
        "https://gateway.example/aws/sns/",
        "https://gateway.example/a b/%20/é/../x+y@z:1//",
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
    secret=WORDS,
    token=st.none() | st.just("") | WORDS,
    region=st.sampled_from(["eu-central-1", "us-gov-west-1"]),
    service=st.sampled_from(["sns", "dynamodb"]),
)
def test_a_signature_is_botocores(
    url: str,
    headers: dict[str, str],
    body: bytes,
    secret: str,
    token: str | None,
    region: str,
    service: str,
) -> None:
    headers = {
        **{name.title(): value for name, value in headers.items()},
        "User-Agent": "any",
        "X-Amzn-Trace-Id": "Root=1",
    }
    credentials = ReadOnlyCredentials("key", secret, token)
    request: Any = AWSRequest("POST", url, headers, body)
    SigV4Auth(credentials, service, region).add_auth(request)

    added = signature(url, headers, body, credentials, Scope(region, service))

    assert headers | added == dict(request.headers.items())


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
    ours, theirs = both(service, region)

    assert (ours.url, ours.body) == (theirs.url, theirs.body)
    assert authorization(ours) == authorization(theirs)


def both(service: str, region: str = "eu-central-1") -> tuple[AWSPreparedRequest, ...]:
    """The request with our signature, and with botocore's: nothing else differs."""
    ours, theirs = (SESSION.client(service, region, config=CLIENT_CONFIG) for _ in range(2))  # type: ignore[call-overload]
    signed = sent(write_calls(ours), service)
    with patch("ingestion.aws.encoding._unsigned", lambda **_: None):
        return signed, sent(write_calls(theirs), service)


def authorization(request: AWSPreparedRequest) -> str:
    return words(request.headers["Authorization"])


@pytest.mark.parametrize("service", CALLS)
def test_botocore_signs_none_of_them(service: str) -> None:
    client: Any = SESSION.client(service, "eu-central-1", config=CLIENT_CONFIG)  # type: ignore[call-overload]

    with patch.object(SigV4Auth, "add_auth") as by_botocore:
        sent(write_calls(client), service)

    by_botocore.assert_not_called()


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_LAMBDA_FUNCTION_NAME": "api", "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a9"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_ENDPOINT_URL": "http://LocalHost:4566/there"},
        {"AWS_AUTH_SCHEME_PREFERENCE": "sigv4a,sigv4"},
    ],
    ids=lambda environment: min(environment),
)
def test_a_call_is_signed_as_its_environment_has_it(
    service: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    ours, theirs = both(service)

    assert authorization(ours) == authorization(theirs)


def test_new_credentials_sign_the_next_attempt() -> None:
    session = boto3.Session("key", "a secret", "a token", region_name="eu-central-1")
    client: Any = write_calls(session.client("dynamodb", config=CLIENT_CONFIG))
    credentials: Any = session.get_credentials()

    def renew(**_: Any) -> None:
        credentials.secret_key, credentials.token = "another secret", "another token"

    client.meta.events.register("needs-retry", renew)
    with sent_by(client, status=500) as requests, pytest.raises(ClientError):
        client.put_item(TableName="t", Item={})

    first, second = (authorization(it) for it in requests)
    assert [it.headers["X-Amz-Security-Token"] for it in requests] == [b"a token", b"another token"]
    assert first != second
    credentials = ReadOnlyCredentials("key", "another secret", "another token")
    url, body, scope = requests[1].url, requests[1].body, Scope("eu-central-1", "dynamodb")
    headers = {name: words(requests[1].headers[name]) for name in SIGNED}
    assert signature(url, headers, body, credentials, scope)["Authorization"] == second  # type: ignore[arg-type]


def test_a_signature_holds_for_its_day() -> None:
    of_a_day = signed()
    with patch.object(time, "gmtime", lambda: NOON.replace(day=30).timetuple()):
        of_another = signed()

    assert of_a_day != of_another
    assert signed() == of_a_day


def signed() -> str:
    credentials = ReadOnlyCredentials("key", "a secret", None)
    scope = Scope("eu-central-1", "sns")
    return signature("https://sns.amazonaws.com/", {}, b"1", credentials, scope)["Authorization"]


def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = boto3.Session(region_name="eu-central-1").client("sns", config=CLIENT_CONFIG)

    with pytest.raises(NoCredentialsError):
        sent(write_calls(client), "sns")

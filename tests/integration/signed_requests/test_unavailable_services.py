"""While a service is unavailable, signed requests get a 503 and lose nothing."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from pydantic_core import to_json

from ingestion.auth.replay_guard import Attempt
from ingestion.auth.signed_requests import SignedRequests
from ingestion.event import Event
from tests.integration.signed_requests.responses import refused
from tests.integration.signing import CLAIMS, Signing
from tests.support.canned import Canned, aws_error, intercept, name_of
from tests.support.factories import Json, lines, submission

NO_RESPONSE = ReadTimeoutError(endpoint_url="https://dynamodb.example.com")


def signed(signing: Signing) -> SignedRequests:
    return signing.cloud.api_runtime.callers.signed


def fail_to_complete(signing: Signing, failure: Canned | Exception) -> None:
    """Let requests be claimed, and make the completion of a claim fail."""

    def respond(parameters: Json) -> Canned | None:
        if ":seconds" not in parameters["ExpressionAttributeValues"]:
            return None
        if isinstance(failure, Exception):
            raise failure
        return failure

    intercept(signed(signing).guard.dynamodb, "UpdateItem", respond)


@pytest.mark.parametrize(
    ("operation", "detail"),
    [
        ("GetSecretValue", "the source's secrets cannot be read now: repeat the request after"),
        ("UpdateItem", "the claim of the request cannot be written now: repeat it after"),
    ],
)
@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_while_a_service_is_unavailable_requests_get_503(
    signing: Signing, operation: str, detail: str, code: str
) -> None:
    clients: dict[str, Any] = {
        "GetSecretValue": signed(signing).secrets.client,
        "UpdateItem": signed(signing).guard.dynamodb,
    }
    intercept(clients[operation], operation, lambda _: aws_error(code))

    response = signing.post(submission())

    assert refused(response, 503)
    assert response.headers["Retry-After"] == "5"
    assert detail in response.document["detail"]
    assert signing.cloud.routed() == 0


def test_a_request_that_is_being_processed_gets_503_and_says_so(signing: Signing) -> None:
    body = to_json(submission())
    headers = signing.headers(body)
    attempt = Attempt("msg_1", int(headers["webhook_timestamp"]))
    signed(signing).guard.claim("sourceB", attempt, body, datetime.now(UTC))

    response = signing.cloud.post(body, source=None, **headers)

    assert refused(response, 503)
    assert "is being processed now: repeat it after" in response.document["detail"]
    assert signing.cloud.routed() == 0


def test_without_the_claims_table_requests_get_503(signing: Signing) -> None:
    boto3.client("dynamodb").delete_table(TableName=CLAIMS)

    response = signing.post(submission())

    assert refused(response, 503)
    assert signing.cloud.routed() == 0


@pytest.mark.parametrize(
    "failure", [aws_error("InternalServerError", 500), NO_RESPONSE], ids=name_of
)
def test_an_upload_whose_claim_cannot_be_completed_gets_no_url(
    signing: Signing, failure: Canned | Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_to_complete(signing, failure)
    body = to_json({"name": "rows.csv", "size": 5})

    response = signing.cloud.post(body, "b/uploads", source=None, **signing.headers(body))

    assert refused(response, 503)
    assert "url" not in response.document
    assert "claim_not_completed" in [line.get("message") for line in lines(capsys.readouterr().out)]


def test_a_retry_after_an_uncompleted_claim_has_the_same_events(
    signing: Signing, published: list[Event]
) -> None:
    fail_to_complete(signing, aws_error("InternalServerError", 500))

    responses = [signing.post(submission(), seconds=seconds) for seconds in (0, 5)]

    assert [response.status for response in responses] == [503, 503]
    first, second = published
    assert first.id == second.id
    assert first.time == second.time


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id="bare secret"),
        pytest.param(
            '[{"secret": "whsec_AAAA", "created_at": "2026-01-01T00:00:00Z"}]', id="short"
        ),
        pytest.param("[{}]", id="empty entry"),
        pytest.param(" ", id="blank"),
    ],
)
def test_with_a_malformed_secret_requests_get_503(
    signing: Signing, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    signing.keep_text(text)

    response = signing.post(submission())

    assert refused(response, 503)
    output = capsys.readouterr().out
    assert ("no_live_secret", "sourceB") in [
        (line.get("message"), line.get("source")) for line in lines(output)
    ]
    assert "whsec_" not in output

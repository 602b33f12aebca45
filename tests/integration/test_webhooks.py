"""A source that signs its requests: accepted once, refused otherwise, never lost."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from pydantic_core import to_json

from ingestion.auth.signed_requests import SignedRequests
from ingestion.auth.standard_webhooks import secret_bytes, sign
from ingestion.auth.webhook_secrets import WebhookSecret
from ingestion.event import Event
from tests.integration.answer import Answer
from tests.integration.cloud import Cloud
from tests.integration.signing import CLAIMS, Signing, planned_signing
from tests.integration.used_grants import RecordingSession, difference, implied, used
from tests.support.factories import (
    Canned,
    Json,
    api_key,
    aws_error,
    canned,
    contract,
    intercept,
    lines,
    name_of,
    request,
    submission,
)
from tests.support.planned import Plan

NO_RESPONSE = ReadTimeoutError(endpoint_url="https://dynamodb.example.com")
PROBLEM = "application/problem+json"
BODY = to_json(submission())


@pytest.fixture(scope="module")
def planned() -> Plan:
    return planned_signing()


@pytest.fixture
def signing(cloud: Cloud) -> Signing:
    return Signing(cloud)


@pytest.fixture
def published(signing: Signing) -> list[Event]:
    """Return the list to which every event on the topic is added. The topic accepts all events."""
    events: list[Event] = []

    def accept_all(parameters: Json) -> Canned:
        entries = parameters["PublishBatchRequestEntries"]
        events.extend(Event.from_json(entry["Message"]) for entry in entries)
        return canned({"Successful": entries, "Failed": []})

    intercept(signing.cloud.api_runtime.router.sns, "PublishBatch", accept_all)
    return events


def signed(signing: Signing) -> SignedRequests:
    found = signing.cloud.api_runtime.callers.signed
    assert found
    return found


def fail_to_settle(signing: Signing, failure: Canned | Exception) -> None:
    """Let requests be claimed, and make settling a claim fail."""

    def respond(parameters: Json) -> Canned | None:
        if parameters["ExpressionAttributeValues"].get(":seconds") != {"N": "9999999999"}:
            return None
        if isinstance(failure, Exception):
            raise failure
        return failure

    intercept(signed(signing).guard.dynamodb, "UpdateItem", respond)


def refused(response: Answer, status: int) -> bool:
    """Return whether the response is a problem document with this status."""
    is_problem = response.headers["Content-Type"] == PROBLEM
    return is_problem and response.status == response.document["status"] == status


def test_a_signed_request_is_accepted(signing: Signing) -> None:
    response = signing.post(submission(id="7"))

    assert response.status == 202
    assert response.statuses == ["accepted"]
    [record] = signing.cloud.queued("sourceB")
    assert Event.from_json(record["body"]).id == "7"


def test_a_signed_upload_request_gets_a_url(signing: Signing) -> None:
    body = to_json({"name": "rows.csv"})

    response = signing.cloud.post(body, "b/uploads", source=None, **signing.headers(body))

    assert response.status == 201
    assert response.document["method"] == "PUT"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"webhook_signature": "v1,AAAA"}, id="another signature"),
        pytest.param({"webhook_id": "msg_2"}, id="another id"),
        pytest.param({"webhook_timestamp": "1674087231"}, id="long ago"),
        pytest.param({"webhook_timestamp": "soon"}, id="no time"),
        pytest.param({"webhook_id": "x" * 10_000}, id="oversize"),
    ],
)
def test_an_invalid_signature_gets_401(signing: Signing, changes: dict[str, str]) -> None:
    response = signing.cloud.post(BODY, source=None, **signing.headers(BODY) | changes)

    assert refused(response, 401)
    assert signing.cloud.routed() == 0


def test_an_api_key_does_not_replace_a_signature(signing: Signing) -> None:
    response = signing.cloud.post(BODY, source="sourceB")

    assert refused(response, 401)


def test_a_signature_does_not_replace_an_api_key(signing: Signing) -> None:
    response = signing.cloud.post(BODY, "a", source=None, **signing.headers(BODY))

    assert refused(response, 403)


def test_a_repeated_signature_header_gets_401(signing: Signing) -> None:
    sent = {name.replace("_", "-"): value for name, value in signing.headers(BODY).items()}
    event = request("b", BODY, headers=sent)
    event["multiValueHeaders"]["webhook-id"] = ["msg_0", "msg_1"]

    response = signing.cloud.ask(event)

    assert refused(response, 401)


def test_the_signature_covers_the_bytes_of_the_body(signing: Signing) -> None:
    body = b'{"entity_name": "\xff"}'
    headers = signing.headers(BODY)
    timestamp = int(headers["webhook_timestamp"])
    made = sign(secret_bytes(signing.secret.secret), "msg_1", timestamp, body)

    response = signing.cloud.post(body, source=None, **headers | {"webhook_signature": made})

    assert refused(response, 400)  # The signature is accepted; the body is not JSON.


def test_an_exact_repeat_is_refused(signing: Signing) -> None:
    headers = signing.headers(BODY)
    first = signing.cloud.post(BODY, source=None, **headers)

    again = signing.cloud.post(BODY, source=None, **headers)

    assert first.status == 202
    assert refused(again, 409)
    assert signing.cloud.routed() == 1


def test_a_message_signed_again_has_the_same_events(
    signing: Signing, published: list[Event]
) -> None:
    content = [submission(contract("c-1")), submission(contract("c-2"))]
    signing.post(content)

    again = signing.post(content, seconds=5)

    assert again.status == 202
    first, second = published[:2], published[2:]
    assert [(event.id, event.time) for event in first] == [
        (event.id, event.time) for event in second
    ]
    assert len({event.id for event in published}) == len({event.time for event in published}) == 2


@pytest.mark.parametrize("path", ["b", "b/uploads"])
def test_another_body_under_the_same_message_id_gets_409(
    signing: Signing, published: list[Event], path: str
) -> None:
    assert signing.post(submission()).status == 202
    other = to_json({"name": "x.csv"} if path == "b/uploads" else submission(contract("c-2")))

    again = signing.cloud.post(other, path, source=None, **signing.headers(other, seconds=5))

    assert refused(again, 409)
    assert "had another body" in again.document["detail"]
    assert len(published) == 1


def test_two_messages_are_two_events(signing: Signing, published: list[Event]) -> None:
    signing.post(submission())

    signing.post(submission(), "msg_2")

    assert len({event.id for event in published}) == 2


def test_the_ids_and_times_of_a_sender_are_kept(signing: Signing, published: list[Event]) -> None:
    signing.post(submission(id="mine", time="2026-01-01T00:00:00Z"))

    [event] = published
    assert event.id == "mine"
    assert event.time == "2026-01-01T00:00:00.000000Z"


def test_an_exact_repeat_of_an_unaccepted_request_is_accepted(
    signing: Signing,
) -> None:
    failures = iter([aws_error("AuthorizationError", 403)])
    intercept(signing.cloud.api_runtime.router.sns, "PublishBatch", lambda _: next(failures, None))
    headers = signing.headers(BODY)
    first = signing.cloud.post(BODY, source=None, **headers)

    again = signing.cloud.post(BODY, source=None, **headers)

    assert first.status == 503
    assert again.status == 202
    assert signing.cloud.routed() == 1


def test_an_exact_repeat_of_a_rejected_request_is_rejected(signing: Signing) -> None:
    body = to_json(submission({}))
    headers = signing.headers(body)
    first = signing.cloud.post(body, source=None, **headers)

    again = signing.cloud.post(body, source=None, **headers)

    assert first.status == 422
    assert again.status == 422


@pytest.mark.parametrize("operation", ["GetSecretValue", "UpdateItem"])
@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_while_a_service_is_unavailable_requests_get_503(
    signing: Signing, operation: str, code: str
) -> None:
    clients: dict[str, Any] = {
        "GetSecretValue": signed(signing).secrets.client,
        "UpdateItem": signed(signing).guard.dynamodb,
    }
    intercept(clients[operation], operation, lambda _: aws_error(code))

    response = signing.post(submission())

    assert refused(response, 503)
    assert response.headers["Retry-After"] == "5"
    assert signing.cloud.routed() == 0


def test_without_the_claims_table_requests_get_503(signing: Signing) -> None:
    boto3.client("dynamodb").delete_table(TableName=CLAIMS)

    response = signing.post(submission())

    assert refused(response, 503)
    assert signing.cloud.routed() == 0


@pytest.mark.parametrize(
    "failure", [aws_error("InternalServerError", 500), NO_RESPONSE], ids=name_of
)
def test_an_upload_whose_claim_cannot_be_settled_gets_no_url(
    signing: Signing, failure: Canned | Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_to_settle(signing, failure)
    body = to_json({"name": "rows.csv"})

    response = signing.cloud.post(body, "b/uploads", source=None, **signing.headers(body))

    assert refused(response, 503)
    assert "url" not in response.document
    assert "claim_not_ended" in [line.get("message") for line in lines(capsys.readouterr().out)]


def test_a_retry_after_an_unsettled_claim_has_the_same_events(
    signing: Signing, published: list[Event]
) -> None:
    fail_to_settle(signing, aws_error("InternalServerError", 500))

    responses = [signing.post(submission(), seconds=seconds) for seconds in (0, 5)]

    assert [response.status for response in responses] == [503, 503]
    first, second = published
    assert first.id == second.id
    assert first.time == second.time


@pytest.mark.parametrize("path", ["b", "b/uploads"])
def test_unsigned_cloudevents_headers_are_refused(signing: Signing, path: str) -> None:
    body = to_json(contract("c-1"))
    sent = signing.headers(body) | {"ce_specversion": "1.0", "ce_id": "1", "ce_source": "sourceB"}

    response = signing.cloud.post(body, path, source=None, **sent, ce_type="contract.delete")

    assert refused(response, 415)
    assert "structured or batch mode" in response.document["detail"]
    assert signing.cloud.routed() == 0


@pytest.mark.parametrize("kind", ["application/json", "application/cloudevents-batch+json"])
def test_another_content_type_does_not_change_the_signed_event(signing: Signing, kind: str) -> None:
    event = {"specversion": "1.0", "id": "1", "source": "sourceB", "type": "contract.upsert"}
    body = to_json(event | {"data": contract("c-1")})

    response = signing.cloud.post(body, source=None, **signing.headers(body), content_type=kind)

    assert refused(response, 422)
    assert signing.cloud.routed() == 0


def test_without_a_secret_requests_get_401(signing: Signing) -> None:
    signing.keep()

    response = signing.post(submission())

    assert refused(response, 401)


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
    assert ("no_webhook_secret", "sourceB") in [
        (line.get("message"), line.get("source")) for line in lines(output)
    ]
    assert "whsec_" not in output


def test_each_of_two_live_secrets_is_accepted(signing: Signing) -> None:
    signing.keep(WebhookSecret.new(), signing.secret)

    response = signing.post(submission())

    assert response.status == 202


def test_no_log_line_holds_a_secret_or_a_signature(
    signing: Signing, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = signing.headers(BODY)
    signing.cloud.post(BODY, source=None, **headers)
    signing.cloud.post(BODY, source=None, **headers | {"webhook_signature": "v1,AAAA"})

    output = capsys.readouterr().out

    assert signing.secret.secret not in output
    assert headers["webhook_signature"] not in output
    assert api_key("sourceB") not in output


def test_the_api_is_granted_exactly_what_signatures_need(
    signing: Signing, session: RecordingSession, planned: Plan
) -> None:
    signing.post(submission())
    signing.cloud.post({"name": "x.csv"}, "a/uploads", source="sourceA")
    signing.cloud.correct("DELETE", "CONTRACT/c-1")

    [api] = [
        found for found in planned.functions if found.handler == "ingestion.handlers.api.handler"
    ]
    uses = used(planned, session.calls)[api.name]
    needed = {api.name: uses | implied(planned, api, uses)}
    assert difference({api.name: api.grants}, needed) == [], "granted, never used"

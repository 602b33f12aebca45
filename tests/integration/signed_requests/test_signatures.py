"""A signed request is accepted, and any other is refused."""

import pytest
from pydantic_core import to_json

from ingestion.auth.live_secrets import LiveSecret
from ingestion.auth.signatures import signed_headers
from ingestion.auth.standard_webhooks import STANDARD, secret_bytes
from ingestion.event import Event
from tests.integration.implied_grants import implied
from tests.integration.signed_requests.responses import refused
from tests.integration.signing import Signing
from tests.integration.used_grants import RecordingSession, difference, used
from tests.support.factories import api_key, contract, submission
from tests.support.invocations import request
from tests.support.terraform.planned import Plan

BODY = to_json(submission())


def test_a_signed_request_is_accepted(signing: Signing) -> None:
    response = signing.post(submission(id="7"))

    assert response.status == 202
    assert response.statuses == ["accepted"]
    [record] = signing.cloud.queued("sourceB")
    assert Event.from_json(record["body"]).id == "7"


def test_a_signed_upload_request_gets_a_url(signing: Signing) -> None:
    body = to_json({"name": "rows.csv", "size": 5})

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
    key = secret_bytes(signing.secret.secret)
    made = signed_headers(STANDARD, [key], "msg_1", timestamp, body)["webhook-signature"]

    response = signing.cloud.post(body, source=None, **headers | {"webhook_signature": made})

    assert refused(response, 400)  # The signature is accepted; the body is not JSON.


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


def test_each_of_two_live_secrets_is_accepted(signing: Signing) -> None:
    signing.keep(LiveSecret.new(), signing.secret)

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
    signing.cloud.post({"name": "x.csv", "size": 5}, "a/uploads", source="sourceA")
    signing.cloud.correct("DELETE", "CONTRACT/c-1")

    [api] = [
        found for found in planned.functions if found.handler == "ingestion.handlers.api.handler"
    ]
    uses = used(planned, session.calls)[api.name]
    needed = {api.name: uses | implied(planned, api, uses)}
    assert difference({api.name: api.grants}, needed) == [], "granted, never used"

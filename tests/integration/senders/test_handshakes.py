"""A handshake is answered after the credential was checked, and makes no event."""

import json

import pytest

from tests.integration.senders.conftest import BODY, SourceB
from tests.integration.senders.signers import SIGNERS
from tests.integration.signed_requests.responses import refused

SLACK = SIGNERS["slack"]
HANDSHAKE = {
    "when": "payload.type == 'url_verification'",
    "answer": {"challenge": "payload.challenge", "about": 'headers."user-agent"'},
}
CHALLENGE = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"})


@pytest.fixture(autouse=True)
def _slack(source: SourceB) -> None:
    source.configure(SLACK.secrets[0], auth="hmac", signature="slack", handshake=HANDSHAKE)


def test_a_handshake_is_answered_and_makes_no_event(
    source: SourceB, capsys: pytest.CaptureFixture[str]
) -> None:
    response = source.post(SLACK.headers(CHALLENGE), CHALLENGE)

    assert (response.status, response.headers["Content-Type"]) == (200, "application/json")
    assert response.document == {"challenge": "3eZbrw1a", "about": None}
    assert source.cloud.routed() == 0
    assert "handshake_answered" in capsys.readouterr().out


def test_an_exact_repeat_of_a_handshake_is_answered_again(source: SourceB) -> None:
    signed = SLACK.headers(CHALLENGE)

    first, again = source.post(signed, CHALLENGE), source.post(signed, CHALLENGE)

    assert first.status == again.status == 200
    assert first.document == again.document == {"challenge": "3eZbrw1a", "about": None}


def test_a_handshake_with_a_wrong_signature_is_refused(source: SourceB) -> None:
    response = source.post(SLACK.headers(CHALLENGE, SLACK.secrets[1]), CHALLENGE)

    assert refused(response, 401)
    assert "3eZbrw1a" not in response.text


def test_other_payloads_make_events(source: SourceB) -> None:
    response = source.post(SLACK.headers(BODY))

    assert (response.status, response.statuses) == (202, ["accepted"])


@pytest.mark.parametrize(
    ("body", "status"), [(f"[{CHALLENGE},{CHALLENGE}]", 422), ("[{,]", 400), ("[1, {,]", 400)]
)
def test_a_handshake_is_one_payload_that_can_be_read(
    source: SourceB, body: str, status: int
) -> None:
    response = source.post(SLACK.headers(body), body)

    assert refused(response, status)


def test_a_handshake_that_fails_is_refused_without_its_values(source: SourceB) -> None:
    failing = HANDSHAKE | {"when": "payload.n > payload.m"}
    source.configure(SLACK.secrets[0], auth="hmac", signature="slack", handshake=failing)
    body = '{"n": "a-value", "m": 1}'

    response = source.post(SLACK.headers(body), body)

    assert refused(response, 422)
    assert "handshake" in response.document["detail"]
    assert "a-value" not in response.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(BODY, 200, id="all accepted"),
        pytest.param(f"[{BODY},{{}}]", 207, id="some accepted"),
        pytest.param("{}", 422, id="none accepted"),
    ],
)
def test_the_status_of_success_can_be_200(source: SourceB, body: str, status: int) -> None:
    source.configure(SLACK.secrets[0], auth="hmac", signature="slack", success=200)

    response = source.post(SLACK.headers(body), body)

    assert response.status == status

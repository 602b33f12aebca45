"""Compares signatures with the specification's example and with its reference library."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from ingestion.auth.signatures import Signed, find_signature, read_signed, signed_headers
from ingestion.auth.standard_webhooks import (
    ID,
    SIGNATURE,
    STANDARD,
    TIMESTAMP,
    new_secret,
    secret_bytes,
)
from ingestion.http.http_problem import HttpProblem

NOW = 1_674_087_231
SENT = datetime.fromtimestamp(NOW, UTC)
BODY = b'{"entity_name": "CONTRACT"}'
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def sign(secret: str, message_id: str = "msg_1", timestamp: int = NOW, body: bytes = BODY) -> str:
    """Return the header with the signature of a secret."""
    return signed_headers(STANDARD, [secret_bytes(secret)], message_id, timestamp, body)[SIGNATURE]


def read(headers: dict[str, list[str]], now: float) -> Signed:
    return read_signed(STANDARD, headers, now)


def headers(**changes: Any) -> dict[str, list[str]]:
    """Return valid headers after these changes. An empty list removes the header."""
    signature = sign(SECRET)
    valid = {ID: ["msg_1"], TIMESTAMP: [str(NOW)], SIGNATURE: [signature]}
    return valid | {f"webhook-{name}": values for name, values in changes.items()}


def is_accepted(body: bytes, *secrets: str, **changes: Any) -> bool:
    """Return whether the changed headers sign the body with one of these secrets."""
    signed = read(headers(**changes), NOW)
    return find_signature(STANDARD, map(secret_bytes, secrets), signed, body) is not None


def test_the_signature_equals_the_example_of_the_reference_library() -> None:
    body = b'{"test": 2432232314}'

    signature = sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body)

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_signature_of_the_reference_library_is_accepted() -> None:
    signature = Webhook(SECRET).sign("msg_1", SENT, BODY.decode())

    assert is_accepted(BODY, SECRET, signature=[signature])


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_the_reference_library_accepts_our_signature_by_each_secret(secret: str) -> None:
    now = int(datetime.now(UTC).timestamp())

    sent = signed_headers(STANDARD, [*map(secret_bytes, (SECRET, OTHER))], "msg_1", now, BODY)

    assert Webhook(secret).verify(BODY.decode(), sent) == json.loads(BODY)


def test_the_headers_hold_the_id_the_time_and_one_signature_per_secret() -> None:
    sent = signed_headers(STANDARD, [*map(secret_bytes, (SECRET, OTHER))], "msg_1", NOW, BODY)

    signatures = f"{sign(SECRET)} {sign(OTHER)}"
    assert sent == {ID: "msg_1", TIMESTAMP: str(NOW), SIGNATURE: signatures}


def test_one_valid_signature_by_one_live_secret_is_enough() -> None:
    listed = f"v1a,hnO3f9T8Ytu9HwrX v1,AAAA {sign(SECRET)}"

    assert is_accepted(BODY, OTHER, SECRET, signature=[listed])


@pytest.mark.parametrize(
    ("body", "secrets", "changes"),
    [
        pytest.param(BODY + b" ", [SECRET], {}, id="another body"),
        pytest.param(BODY, [OTHER], {}, id="another secret"),
        pytest.param(BODY, [], {}, id="no secret"),
        pytest.param(BODY, [SECRET], {"id": ["msg_2"]}, id="another id"),
        pytest.param(BODY, [SECRET], {"timestamp": [str(NOW + 1)]}, id="another time"),
        pytest.param(BODY, [SECRET], {"signature": ["v1,"]}, id="empty signature"),
        pytest.param(BODY, [SECRET], {"signature": ["v1a,AAAA"]}, id="another scheme"),
        pytest.param(BODY, [SECRET], {"signature": [" "]}, id="blank"),
    ],
)
def test_a_signature_that_no_live_secret_made_is_refused(
    body: bytes, secrets: list[str], changes: dict[str, list[str]]
) -> None:
    assert not is_accepted(body, *secrets, **changes)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_timestamp_that_differs_by_more_than_five_minutes_is_refused(seconds: int) -> None:
    with pytest.raises(HttpProblem, match="300 seconds"):
        read(headers(), NOW + seconds)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_timestamp_may_differ_by_five_minutes(seconds: int) -> None:
    signed = read(headers(), NOW + seconds)

    assert signed == read(headers(), NOW)
    assert signed.timestamp == str(NOW)


def test_header_names_may_be_in_any_case() -> None:
    signed = read({name.title(): values for name, values in headers().items()}, NOW)

    assert signed.message_id == "msg_1"


@pytest.mark.parametrize("name", ["id", "timestamp", "signature"])
@pytest.mark.parametrize("values", [[], ["1", "1"], [""], ["é"], ["1\n"]], ids=repr)
def test_each_header_must_be_present_once_and_well_formed(name: str, values: list[str]) -> None:
    with pytest.raises(HttpProblem, match=f"webhook-{name}"):
        read(headers(**{name: values}), NOW)


def test_the_same_header_in_two_spellings_is_refused() -> None:
    with pytest.raises(HttpProblem, match="once"):
        read(headers() | {"Webhook-Id": ["msg_1"]}, NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("id", "a" * 257, id="long id"),
        pytest.param("id", "msg 1", id="blank in the id"),
        pytest.param("id", "msg.1", id="full stop in the id"),
        pytest.param("timestamp", "1674087231.0", id="fraction"),
        pytest.param("timestamp", "-1", id="negative"),
        pytest.param("timestamp", "1e9", id="exponent"),
        pytest.param("timestamp", "१६७४०८७२३१", id="other digits"),
        pytest.param("timestamp", "9" * 5_000, id="5,000 digits"),
        pytest.param("timestamp", "2023-01-19T00:13:51Z", id="RFC 3339"),
        pytest.param("signature", "v1," + "A" * 4_096, id="long signature"),
    ],
)
def test_a_malformed_header_is_refused(name: str, value: str) -> None:
    with pytest.raises(HttpProblem, match=f"webhook-{name}"):
        read(headers(**{name: [value]}), NOW)


def test_new_secrets_are_valid_and_differ() -> None:
    one, another = new_secret(), new_secret()

    assert one != another
    assert len(secret_bytes(one)) == 32


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SECRET.removeprefix("whsec_"), id="no prefix"),
        pytest.param("whsec_", id="empty"),
        pytest.param("whsec_!!!!", id="not base64"),
        pytest.param("whsec_" + "A" * 28, id="21 bytes"),
        pytest.param("whsec_" + "A" * 88, id="66 bytes"),
        pytest.param("whsk_" + "A" * 32, id="asymmetric"),
    ],
)
def test_a_malformed_secret_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - base64 raises its own messages
        secret_bytes(text)

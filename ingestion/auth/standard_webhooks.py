"""Standard Webhooks: signs requests with a shared secret and checks their signatures.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (1.0.0)
"""

import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from ingestion.http.http_problem import HttpProblem

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300  # Covers the error of the sender's clock and the time in transit.
SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of each secret
MIN_SECRET_BYTES, MAX_SECRET_BYTES = 24, 64
_NEW_SECRET_BYTES = 32
_VERSION = "v1,"

# Ids hold no full stops: they separate the signed parts, so "a" + "1.…" could equal "a.1" + "…".
_PATTERNS = {
    ID: re.compile(r"[!-\-/-~]{1,256}"),
    TIMESTAMP: re.compile(r"[0-9]{1,12}"),
    SIGNATURE: re.compile(r"[ -~]{1,4096}"),
}


class Signed(NamedTuple):
    """The three headers of a request. `timestamp` is the time of sending in Unix seconds."""

    message_id: str
    timestamp: int
    signatures: list[str]


def read(headers: Mapping[str, list[str]], now: float) -> Signed:
    """Return the three headers. Raises HttpProblem unless each is there once and well-formed.

    `headers` holds all values of each name. Names may be in any case.
    """
    message_id, timestamp, signatures = (_header(headers, name) for name in _PATTERNS)
    if abs(int(timestamp) - now) > TOLERANCE_SECONDS:
        detail = f"{TIMESTAMP} must be within {TOLERANCE_SECONDS} seconds of the current time"
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, detail)
    return Signed(message_id, int(timestamp), signatures.split())


def _header(headers: Mapping[str, list[str]], name: str) -> str:
    values = [value for key, given in headers.items() if key.lower() == name for value in given]
    if len(values) != 1:
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, f"the header {name} must be sent exactly once")
    if not _PATTERNS[name].fullmatch(values[0]):
        detail = f"the header {name} must match {_PATTERNS[name].pattern} (Standard Webhooks)"
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, detail)
    return values[0]


def sign(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message."""
    signature = hmac.new(secret, f"{message_id}.{timestamp}.".encode(), "sha256")
    signature.update(body)
    return _VERSION + b64encode(signature.digest()).decode()


def signed_headers(
    live_secrets: Iterable[bytes], message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """Return the three headers of a message that every one of these secrets signs."""
    signatures = " ".join(sign(secret, message_id, timestamp, body) for secret in live_secrets)
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: signatures}


def is_signed(signed: Signed, body: bytes, live_secrets: Iterable[bytes]) -> bool:
    """Return whether one of the secrets made one of the signatures."""
    message_id, timestamp, signatures = signed
    expected = [sign(secret, message_id, timestamp, body) for secret in live_secrets]
    return any(hmac.compare_digest(made, given) for made in expected for given in signatures)


def new_secret() -> str:
    """Return a new random secret in the form of Standard Webhooks."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(_NEW_SECRET_BYTES)).decode()


def secret_bytes(text: str) -> bytes:
    """Return the bytes of the secret. Raises ValueError."""
    encoded = text.removeprefix(SECRET_PREFIX)
    secret = b64decode(encoded, validate=True)
    if encoded == text or not MIN_SECRET_BYTES <= len(secret) <= MAX_SECRET_BYTES:
        raise ValueError(
            f"must be {SECRET_PREFIX} and then {MIN_SECRET_BYTES} to {MAX_SECRET_BYTES} bytes in"
            " base64"
        )
    return secret

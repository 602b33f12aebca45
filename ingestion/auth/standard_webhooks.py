"""Standard Webhooks: how a request is signed with a shared secret, and how that is checked.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (1.0.0)
"""

import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from ingestion.http.problem import Problem

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300  # How far the sender's clock may be off, and a request under way.
SECRET_PREFIX = "whsec_"  # noqa: S105 - what each secret begins with
MIN_SECRET_BYTES, MAX_SECRET_BYTES = 24, 64
_NEW_SECRET_BYTES = 32
_VERSION = "v1,"

# Without full stops, which separate what is signed: "a" and "1.…" is not "a.1" and "…".
_FORMS = {
    ID: re.compile(r"[!-\-/-~]{1,256}"),
    TIMESTAMP: re.compile(r"[0-9]{1,12}"),
    SIGNATURE: re.compile(r"[ -~]{1,4096}"),
}


class Signed(NamedTuple):
    """What a request says of itself; `timestamp` is when it was sent, in Unix seconds."""

    message_id: str
    timestamp: int
    signatures: list[str]


def read(headers: Mapping[str, list[str]], now: float) -> Signed:
    """Return what the three headers say. Raises Problem unless each is there once.

    `headers` holds all values of each name, which may be written in any case.
    """
    message_id, timestamp, signatures = (_header(headers, name) for name in _FORMS)
    if abs(int(timestamp) - now) > TOLERANCE_SECONDS:
        detail = f"{TIMESTAMP} must be the time of sending, to {TOLERANCE_SECONDS} seconds"
        raise Problem(HTTPStatus.UNAUTHORIZED, detail)
    return Signed(message_id, int(timestamp), signatures.split())


def _header(headers: Mapping[str, list[str]], name: str) -> str:
    values = [value for key, given in headers.items() if key.lower() == name for value in given]
    if len(values) != 1:
        raise Problem(HTTPStatus.UNAUTHORIZED, f"the header {name} must be there once")
    if not _FORMS[name].fullmatch(values[0]):
        detail = f"the header {name} is not as Standard Webhooks writes it"
        raise Problem(HTTPStatus.UNAUTHORIZED, detail)
    return values[0]


def sign(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a message."""
    signature = hmac.new(secret, f"{message_id}.{timestamp}.".encode(), "sha256")
    signature.update(body)
    return _VERSION + b64encode(signature.digest()).decode()


def is_signed(signed: Signed, body: bytes, live_secrets: Iterable[bytes]) -> bool:
    """Whether one of the secrets has made one of the signatures."""
    expected = [sign(it, signed.message_id, signed.timestamp, body) for it in live_secrets]
    return any(hmac.compare_digest(a, b) for a in expected for b in signed.signatures)


def new_secret() -> str:
    """A secret that nobody knows yet, as both sides write it."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(_NEW_SECRET_BYTES)).decode()


def secret_bytes(text: str) -> bytes:
    """The secret itself. Raises ValueError."""
    encoded = text.removeprefix(SECRET_PREFIX)
    secret = b64decode(encoded, validate=True)
    if encoded == text or not MIN_SECRET_BYTES <= len(secret) <= MAX_SECRET_BYTES:
        raise ValueError(
            f"must be {SECRET_PREFIX} and {MIN_SECRET_BYTES} to {MAX_SECRET_BYTES} bytes in base64"
        )
    return secret

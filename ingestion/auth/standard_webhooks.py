"""Standard Webhooks: the names of its headers, and its secrets.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (1.0.0)
"""

import secrets
from base64 import b64decode, b64encode

from ingestion.catalog.signature import PRESETS

STANDARD = PRESETS["standard"]
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
SECRET_PREFIX = "whsec_"  # noqa: S105 - the prefix of each secret
MIN_SECRET_BYTES, MAX_SECRET_BYTES = 24, 64
_NEW_SECRET_BYTES = 32


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

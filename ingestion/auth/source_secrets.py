"""The secrets of sources by their `auth`: what their text may be, its bytes, and a new one."""

import re
import secrets

from ingestion.auth import standard_webhooks
from ingestion.catalog import Source

_NEW_SECRET_BYTES = 32
_TOKEN = re.compile(r"[!-~]+")
_PASSWORD = re.compile(r"[^:]+:.+")


def has_secret(source: Source) -> bool:
    """Return whether the source proves its identity by a secret in Secrets Manager."""
    return source.auth in ("hmac", "basic", "bearer")


def bytes_of_secret(source: Source, text: str) -> bytes:
    """Return the bytes of a secret. Raises ValueError if the text does not fit the source."""
    if source.auth == "basic" and not _PASSWORD.fullmatch(text):
        raise ValueError("must be user:password")
    if source.auth == "bearer" and not _TOKEN.fullmatch(text):
        raise ValueError("must hold visible ASCII characters only, without blanks")
    return standard_webhooks.secret_bytes(text) if _is_base64(source) else text.encode()


def new_secret_of(name: str, source: Source) -> str:
    """Return a new random secret. The user of a password is the name of the source."""
    if _is_base64(source):
        return standard_webhooks.new_secret()
    token = secrets.token_urlsafe(_NEW_SECRET_BYTES)
    return f"{name}:{token}" if source.auth == "basic" else token


def _is_base64(source: Source) -> bool:
    """Return whether a secret is `whsec_` and its bytes in base64."""
    return source.auth not in ("basic", "bearer") and source.scheme.has_base64_secrets

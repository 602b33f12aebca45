"""The secrets of sources by their `auth`: what their text may be, its bytes, and a new one."""

import re
import secrets

from ingestion.auth import standard_webhooks
from ingestion.catalog import Source

_NEW_SECRET_BYTES = 32
# 128 bits, if the secret is random: who records a request can guess a short secret without sending.
_MIN_BYTES = 16
# NIST SP 800-63B, 5.1.1.1. A guess needs a request, and the platform limits requests.
_MIN_PASSWORD_CHARACTERS = 8
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


def require_long_enough(source: Source, text: str) -> None:
    """Raise ValueError for a secret that is easy to guess. Secrets that are live stay valid."""
    if source.auth == "basic":
        if len(text.partition(":")[2]) < _MIN_PASSWORD_CHARACTERS:
            raise ValueError(
                f"must be user:password, with a password of at least {_MIN_PASSWORD_CHARACTERS}"
                " characters"
            )
    elif len(text.encode()) < _MIN_BYTES:
        raise ValueError(
            f"must have at least {_MIN_BYTES} bytes, so that nobody can guess it: let the sender"
            " make a longer one, or `ingest secrets add` without --from-stdin"
        )


def new_secret_of(name: str, source: Source) -> str:
    """Return a new random secret. The user of a password is the name of the source."""
    if _is_base64(source):
        return standard_webhooks.new_secret()
    token = secrets.token_urlsafe(_NEW_SECRET_BYTES)
    return f"{name}:{token}" if source.auth == "basic" else token


def _is_base64(source: Source) -> bool:
    """Return whether a secret is `whsec_` and its bytes in base64."""
    return source.auth not in ("basic", "bearer") and source.scheme.has_base64_secrets

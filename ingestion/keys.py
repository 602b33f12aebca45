"""API keys: who may use one is told by digests, so that no function's settings hold a key."""

import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from http import HTTPStatus

from ingestion.answer import Problem

# 132 bits, enough for keys of 20 random characters: all of SHA-256, two for each of 40 sources,
# would not fit the 4 KB of Lambda's environment.
_DIGEST_CHARACTERS = 22


def key_digest(key: str) -> str:
    """What functions know of a key: its SHA-256 in base64, cut short. Terraform makes the same."""
    digest = sha256(key.encode(errors="surrogatepass")).digest()
    return b64encode(digest)[:_DIGEST_CHARACTERS].decode()


def check_key(headers: Mapping[str, str], digests: Iterable[str], owner: str) -> None:
    """Raise Problem unless the header x-api-key holds a key that has one of these digests."""
    digest = key_digest(headers.get("x-api-key", ""))
    if not any(hmac.compare_digest(digest, known) for known in digests):
        raise Problem(HTTPStatus.FORBIDDEN, f"the header x-api-key must hold {owner}'s key")

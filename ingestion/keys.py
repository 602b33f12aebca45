"""API keys: who may use one is told by digests, so that no function's settings hold a key."""

import hmac
from collections.abc import Iterable, Mapping
from hashlib import sha256
from http import HTTPStatus

from ingestion.answer import Problem


def check_key(headers: Mapping[str, str], digests: Iterable[str], owner: str) -> None:
    """Raise Problem unless the header x-api-key is one of these keys (SHA-256, hex)."""
    digest = sha256(headers.get("x-api-key", "").encode(errors="surrogatepass")).hexdigest()
    if not any(hmac.compare_digest(digest, known) for known in digests):
        raise Problem(HTTPStatus.FORBIDDEN, f"the header x-api-key must hold {owner}'s key")

"""Checks API keys by their digests, so that no function's settings contain a key."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from http import HTTPStatus

from ingestion.http.http_problem import HttpProblem

# 66 bits, because Lambda's environment holds 4 KB. The gateway refuses unknown keys, so a digest
# only shows which caller owns a key. With 300 sources, the probability that two digests are equal
# is below 10^-11. To make a key with a wanted digest takes 2^56 attempts.
_CHARACTERS = 11


def key_digest(caller: str, key: str) -> str:
    """Return the first characters of the SHA-256 of caller and key in base64.

    Terraform computes the same. The caller is part of the digest, so the setting needs no names.
    """
    digest = sha256(f"{caller}:{key}".encode(errors="surrogatepass")).digest()
    return b64encode(digest)[:_CHARACTERS].decode()


def check_key(headers: Mapping[str, str], digests: str, callers: Iterable[str], owner: str) -> None:
    """Raise HttpProblem unless the header x-api-key holds a key of one of these callers.

    `digests` holds the digests of all live keys, without separators.
    """
    key, known = headers.get("x-api-key", ""), _split_digests(digests)
    # A timing attack finds nothing here: the gateway has already accepted the key.
    if not any(key_digest(caller, key) in known for caller in callers):
        raise HttpProblem(HTTPStatus.FORBIDDEN, f"the header x-api-key must hold {owner}'s key")


@cache
def _split_digests(digests: str) -> frozenset[str]:
    """Split the text into digests."""
    starts = range(0, len(digests), _CHARACTERS)
    return frozenset(digests[start : start + _CHARACTERS] for start in starts)

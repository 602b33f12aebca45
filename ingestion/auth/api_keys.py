"""API keys: who may use one is told by digests, so that no function's settings hold a key."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from http import HTTPStatus

from ingestion.http.problem import Problem

# 66 bits, as Lambda's environment has 4 KB for all. They only tell whose a key is: the gateway lets
# in none but its own. That one of 300 sources' fits another's path by chance is one to 10^11; to
# make one that does takes 2^56 tries, and somebody who deploys it.
_CHARACTERS = 11


def key_digest(caller: str, key: str) -> str:
    """What functions know of a caller's key: SHA-256 of both in base64, cut short.

    Terraform makes the same. With the caller in it no list has to say whose digest is whose.
    """
    digest = sha256(f"{caller}:{key}".encode(errors="surrogatepass")).digest()
    return b64encode(digest)[:_CHARACTERS].decode()


def check_key(headers: Mapping[str, str], digests: str, callers: Iterable[str], owner: str) -> None:
    """Raise Problem unless the header x-api-key holds a key of one of these callers.

    `digests` are those of all that there are, one after another.
    """
    key, known = headers.get("x-api-key", ""), _known(digests)
    # The gateway has accepted the key. How long a lookup by its digest takes tells nothing more.
    if not any(key_digest(caller, key) in known for caller in callers):
        raise Problem(HTTPStatus.FORBIDDEN, f"the header x-api-key must hold {owner}'s key")


@cache
def _known(digests: str) -> frozenset[str]:
    """Cut the text into digests."""
    starts = range(0, len(digests), _CHARACTERS)
    return frozenset(digests[start : start + _CHARACTERS] for start in starts)

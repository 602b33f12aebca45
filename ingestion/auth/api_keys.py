"""API keys: who may use one is told by digests, so that no function's settings hold a key."""

import hmac
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from http import HTTPStatus

from ingestion.http.problem import Problem

# 66 bits, as Lambda's environment has 4 KB for all. They only tell whose a key is: the gateway lets
# in none but its own. That one of 300 sources' fits another's path by chance is one to 10^11; to
# make one that does takes 2^56 tries, and somebody who deploys it.
_CHARACTERS = 11
# What is known is looked up by so many; the time that it takes tells nothing of the rest.
_LOOKED_UP = 2


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
    key, known = headers.get("x-api-key", ""), _by_beginning(digests)
    if not any(_is_known(key_digest(caller, key), known) for caller in callers):
        raise Problem(HTTPStatus.FORBIDDEN, f"the header x-api-key must hold {owner}'s key")


def _is_known(digest: str, known: Mapping[str, list[str]]) -> bool:
    alike = known.get(digest[:_LOOKED_UP], [])
    return any(hmac.compare_digest(digest, each) for each in alike)


@cache
def _by_beginning(digests: str) -> Mapping[str, list[str]]:
    found = defaultdict(list)
    for start in range(0, len(digests), _CHARACTERS):
        digest = digests[start : start + _CHARACTERS]
        found[digest[:_LOOKED_UP]].append(digest)
    return dict(found)

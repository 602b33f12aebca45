"""Checks passwords and tokens in the header Authorization (RFC 7617 and RFC 6750)."""

import hmac
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from http import HTTPStatus

from ingestion.auth.secret_cache import SecretStore
from ingestion.auth.signatures import read_once
from ingestion.errors import TransientFailure
from ingestion.http.http_problem import HttpProblem

_CHALLENGES = {"basic": 'Basic realm="events", charset="UTF-8"', "bearer": 'Bearer realm="events"'}
_CREDENTIALS = {"basic": "password", "bearer": "token"}
_VALUE = re.compile(r"[A-Za-z]+ +[!-~]{1,4096}")


def check_authorization(
    headers: Mapping[str, list[str]], auth: str, source: str, secrets: SecretStore
) -> None:
    """Raise HttpProblem unless the header holds a live password or token of the source.

    `headers` holds all values of each name. Names may be in any case.
    """
    try:
        credential = _read_credential(headers, auth)
        if secrets.find(source, lambda live: _is_one_of(credential, live)):
            return
        detail = f"the header Authorization must hold a live {_CREDENTIALS[auth]} of this source"
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, detail)
    except HttpProblem as problem:
        problem.headers = {"WWW-Authenticate": _CHALLENGES[auth]}
        raise
    except TransientFailure as error:
        detail = "the source's secrets cannot be read now: repeat the request after Retry-After"
        raise HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail) from error


def _read_credential(headers: Mapping[str, list[str]], auth: str) -> bytes:
    """Return the password with its user, or the token. Raises HttpProblem."""
    value = read_once(headers, "Authorization", _VALUE, f"{auth.title()} and the credential")
    scheme, _, text = value.partition(" ")
    if scheme.lower() != auth:
        detail = f"the header Authorization must hold {auth.title()} and the credential"
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, detail)
    text = text.lstrip(" ")
    if auth == "bearer":
        return text.encode()
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        detail = "the header Authorization must hold Basic and user:password in base64"
        raise HttpProblem(HTTPStatus.UNAUTHORIZED, detail) from error


def _is_one_of(credential: bytes, live_secrets: Iterable[bytes]) -> bool:
    """Compare digests, so that the time does not depend on the length of a secret either."""
    given = sha256(credential).digest()
    return any(hmac.compare_digest(sha256(secret).digest(), given) for secret in live_secrets)

"""Reads, checks and makes signatures: HMACs in a header, by the scheme of their source."""

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from binascii import unhexlify
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple

from ingestion.catalog.signature import Scheme
from ingestion.catalog.signed_text import BODY, ID, TIMESTAMP, separator_of_id
from ingestion.http.http_problem import HttpProblem

_PLACEHOLDER = re.compile(r"\{[a-z]+\}")
# Each with the words for an error.
_MESSAGE_ID = (re.compile(r"[!-~]{1,256}"), "1 to 256 visible ASCII characters")
# With one digit more or less a timestamp is years away, so no other part of the text can hold it.
_UNIX_SECONDS = (re.compile(r"[1-9][0-9]{0,11}"), "Unix seconds in digits")
_SIGNATURES = (re.compile(r"[ -~]{1,4096}"), "1 to 4096 ASCII characters")


class Signed(NamedTuple):
    """What the headers of a request hold. The id and the timestamp are empty in some schemes."""

    message_id: str
    timestamp: str
    signatures: list[bytes]


def read_signed(scheme: Scheme, headers: Mapping[str, list[str]], now: float) -> Signed:
    """Return what the headers hold. Raises HttpProblem unless each is there once and well-formed.

    `headers` holds all values of each name. Names may be in any case.
    """
    listed = read_once(headers, scheme.header, *_SIGNATURES)
    # A proxy joins repeated headers: RFC 9110, 5.3. Where a comma separates, this is the same list.
    if scheme.separator != "," and ", " in listed.removeprefix(scheme.prefix):
        raise _refusal(f"the header {scheme.header} must be sent exactly once")
    entries = [listed]
    if scheme.separator:
        entries = [entry.strip() for entry in listed.split(scheme.separator)]
    message_id = read_once(headers, scheme.id_header, *_MESSAGE_ID) if scheme.id_header else ""
    if message_id and (end := separator_of_id(scheme.signed)) in message_id:
        # "a" + ".1.…" could otherwise equal "a.1" + ".…".
        raise _refusal(f"the header {scheme.id_header} must not hold {end!r}")
    timestamp = _timestamp(scheme, headers, entries, now) if scheme.signs_timestamp else ""
    return Signed(message_id, timestamp, [*_decoded(scheme, entries)])


def read_once(
    headers: Mapping[str, list[str]], name: str, pattern: re.Pattern[str], words: str
) -> str:
    """Return the value of a header. Raises HttpProblem unless there is one, and it fits."""
    low = name.lower()
    values = [value for key, given in headers.items() if key.lower() == low for value in given]
    if len(values) != 1:
        raise _refusal(f"the header {name} must be sent exactly once")
    if not pattern.fullmatch(values[0]):
        raise _refusal(f"the header {name} must hold {words}")
    return values[0]


def _timestamp(
    scheme: Scheme, headers: Mapping[str, list[str]], entries: list[str], now: float
) -> str:
    """Return the digits of the time of sending, as they are signed."""
    name = str(scheme.timestamp_header)
    if (prefix := scheme.timestamp_prefix) is not None:
        found = [entry.removeprefix(prefix) for entry in entries if entry.startswith(prefix)]
        headers = {name: found}
    timestamp = read_once(headers, name, *_UNIX_SECONDS)
    if abs(int(timestamp) - now) > scheme.tolerance_seconds:
        limit = f"{scheme.tolerance_seconds} seconds of the current time"
        raise _refusal(f"the timestamp in {name} must be within {limit}")
    return timestamp


def _decoded(scheme: Scheme, entries: list[str]) -> Iterator[bytes]:
    """Yield the signatures that are written as the scheme says. The others match nothing."""
    for entry in entries:
        if entry.startswith(scheme.prefix):
            text = entry.removeprefix(scheme.prefix)
            try:
                is_hex = scheme.encoding == "hex"
                yield unhexlify(text) if is_hex else b64decode(text, validate=True)
            except ValueError:
                continue


def _refusal(detail: str) -> HttpProblem:
    return HttpProblem(HTTPStatus.UNAUTHORIZED, detail)


def _around_body(scheme: Scheme, signed: Signed) -> tuple[bytes, bytes]:
    """Return what is signed before and after the body."""
    values = {ID: signed.message_id, TIMESTAMP: signed.timestamp}
    before, after = (
        _PLACEHOLDER.sub(lambda found: values[found[0]], part).encode()
        for part in scheme.signed.split(BODY)
    )
    return before, after


def digest_of(scheme: Scheme, secret: bytes, signed: Signed, body: bytes) -> bytes:
    """Return the bytes of the signature that a secret makes."""
    before, after = _around_body(scheme, signed)
    made = hmac.new(secret, before, scheme.algorithm)
    made.update(body)
    made.update(after)
    return made.digest()


def content_digest(scheme: Scheme, signed: Signed, body: bytes) -> str:
    """Return a digest of what is signed. It is the same for every secret that signs it."""
    before, after = _around_body(scheme, signed)
    made = hashlib.sha256(before)
    made.update(body)
    made.update(after)
    return made.hexdigest()


def find_signature(
    scheme: Scheme, live_secrets: Iterable[bytes], signed: Signed, body: bytes
) -> bytes | None:
    """Return the signature that one of the secrets made, or None if none did."""
    for secret in live_secrets:
        expected = digest_of(scheme, secret, signed, body)
        if any(hmac.compare_digest(expected, given) for given in signed.signatures):
            return expected
    return None


def signed_headers(
    scheme: Scheme, live_secrets: Sequence[bytes], message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """Return the headers of a message that every one of these secrets signs.

    In a scheme that takes one signature, the last secret signs.
    """
    signed = Signed(message_id, str(timestamp), [])
    encode = bytes.hex if scheme.encoding == "hex" else lambda digest: b64encode(digest).decode()
    secrets = live_secrets if scheme.separator else live_secrets[-1:]
    entries = [scheme.prefix + encode(digest_of(scheme, key, signed, body)) for key in secrets]
    headers = {}
    if scheme.id_header:
        headers[scheme.id_header] = message_id
    if scheme.timestamp_prefix is not None:
        entries.insert(0, f"{scheme.timestamp_prefix}{timestamp}")
    elif scheme.timestamp_header:
        headers[scheme.timestamp_header] = signed.timestamp
    return headers | {scheme.header: (scheme.separator or "").join(entries)}

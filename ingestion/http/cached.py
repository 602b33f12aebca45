"""Responses that callers may cache: they have an ETag, and are compressed on request."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic_core import to_json

from ingestion.intake.media_type import JSON

WORTH_COMPRESSING_BYTES = 1_400  # A response that fits one packet gains nothing.
_NO_GZIP = re.compile(r"q=0(\.0*)?")
_TAGS = re.compile(r'(?:^|,)\s*(?:W/)?("[^"]*")')


def cacheable_response(document: dict[str, Any], headers: Mapping[str, str]) -> Response[str]:
    """Return the document, or 304 if the caller has the same.

    `headers` are those of the request, with names in lower case.
    """
    body = to_json(document).decode()
    plain, packed = _tags(body)
    is_packed = len(body) > WORTH_COMPRESSING_BYTES and _accepts_gzip(headers)
    response_headers: dict[str, str | list[str]] = {
        "ETag": packed if is_packed else plain,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding",
    }
    # A list has no time of its own, and an item that was written by hand may have none.
    if stored_at := (document.get("event") or {}).get("stored_at"):
        moment = datetime.fromisoformat(stored_at)
        response_headers["Last-Modified"] = format_datetime(moment, usegmt=True)
    # Tags match whether they are weak or strong (RFC 9110, 13.1.2).
    condition = headers.get("if-none-match", "")
    if condition.strip() == "*" or not {plain, packed}.isdisjoint(_TAGS.findall(condition)):
        return Response(HTTPStatus.NOT_MODIFIED.value, None, "", response_headers, compress=False)
    return Response(HTTPStatus.OK.value, JSON, body, response_headers, compress=is_packed)


def entity_tags(document: dict[str, Any]) -> tuple[str, str]:
    """Return the strong tags of a document, plain and compressed (RFC 9110, 8.8.3.3)."""
    return _tags(to_json(document).decode())


def _tags(body: str) -> tuple[str, str]:
    digest = sha256(body.encode()).hexdigest()[:32]
    return f'"{digest}"', f'"{digest}-gzip"'


def _accepts_gzip(headers: Mapping[str, str]) -> bool:
    """Return whether the caller accepts gzip. The gateway decodes base64 only with `Accept`."""
    accepted = headers.get("accept-encoding", "").lower()
    codings = (part.partition(";") for part in accepted.split(","))
    weights = {name.strip(): weight.strip() for name, _, weight in codings}
    return "accept" in headers and not _NO_GZIP.fullmatch(weights.get("gzip", "q=0"))

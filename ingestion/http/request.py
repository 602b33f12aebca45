"""Reads requests: their items, not validated yet, and the format that the media type names."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.http.http_problem import HttpProblem
from ingestion.intake.cloudevents import (
    BATCH_JSON,
    BINARY,
    STRUCTURED,
    STRUCTURED_JSON,
    BinaryEvent,
    encoded_data,
)
from ingestion.intake.media_type import JSON, is_json, media_type
from ingestion.intake.submission import MAX_EVENTS, NATIVE, Format
from ingestion.syntax import exact_json

# Lambda accepts 6,291,456 bytes: the body in base64 (4/3 of its size) plus the headers. 4,400,000
# bytes leave 424 KB for the headers.
MAX_BODY_BYTES = 4_400_000
MAX_REQUEST_VALUES = 150_000  # Fields and array items: 300 for each of 500 events.
_SHOWN = 100  # Characters of a refused header that the response repeats.
_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def read_items(request: APIGatewayProxyEvent) -> tuple[Format, list[Any]]:
    """Return the format and the items. Raises HttpProblem if the whole request is refused.

    An item of an array that cannot be read is an `UnreadableItem`.
    """
    headers = request.headers  # Powertools builds them at each access.
    kind = media_type_of(headers, JSON, STRUCTURED_JSON, BATCH_JSON)
    body = raw_body(request)
    if kind == STRUCTURED_JSON:
        items = [parse(body)]
        _check_encoded_values(body, items)
        return STRUCTURED, items
    if kind == BATCH_JSON:
        items = batch_of(parse_items(body))
        _check_encoded_values(body, items)
        return STRUCTURED, items
    if "ce-specversion" in headers:
        return BINARY, [BinaryEvent(headers, parse(body) if body else None)]
    return NATIVE, items_of(parse_items(body))


def is_redrive(event: Mapping[str, Any]) -> bool:
    """Return whether an identity of IAM invokes the function to redrive a kept request.

    The gateway invokes it with a context for every request, and callers choose none of the keys
    beside it.
    """
    return "redrive" in event and "requestContext" not in event


def read_json(request: APIGatewayProxyEvent) -> Any:
    """Return the body as a JSON document. Raises HttpProblem."""
    media_type_of(request.headers, JSON)
    return parse(raw_body(request))


def media_type_of(headers: Mapping[str, str], *allowed: str) -> str:
    """Return the body's media type: JSON for every kind of JSON but CloudEvents.

    A binary CloudEvent may leave it out.
    """
    _check_encoding(headers.get("content-encoding", ""))
    is_binary_event = "ce-specversion" in headers and len(allowed) > 1
    sent = headers.get("content-type", JSON if is_binary_event else "")
    kind = media_type(sent)
    if is_json(kind):
        return JSON
    if kind not in allowed:
        *others, last = allowed
        right = f"{', '.join(others)} or {last}" if others else last
        raise HttpProblem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type must be {right}, in UTF-8: it is {sent[:_SHOWN]!r}",
        )
    return kind


def _check_encoding(content_encoding: str) -> None:
    """Raise HttpProblem if the body is compressed. `content_encoding` is a list (RFC 9110, 8.4)."""
    codings = {coding.strip().lower() for coding in content_encoding.split(",")}
    if codings - {"", "identity"}:
        raise HttpProblem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the body must not be encoded: Content-Encoding is {content_encoding[:_SHOWN]!r}",
        )


def raw_body(request: APIGatewayProxyEvent) -> bytes:
    """Return the bytes of the body. Raises HttpProblem."""
    body = body_bytes(request)
    if len(body) > MAX_BODY_BYTES:
        raise HttpProblem(_TOO_LARGE, f"a body must have at most {MAX_BODY_BYTES} bytes")
    return body


def body_bytes(request: APIGatewayProxyEvent) -> bytes:
    """Return the bytes of the body exactly as they came, however many there are."""
    text = request.body or ""
    return b64decode(text) if request.is_base64_encoded else text.encode(errors="surrogatepass")


def parse(body: bytes, max_values: int = MAX_REQUEST_VALUES) -> Any:
    """Return the JSON document, not validated yet. Raises HttpProblem."""
    return _read(exact_json.read, body, max_values)


def parse_items(
    body: bytes, max_items: int | None = MAX_EVENTS, max_values: int = MAX_REQUEST_VALUES
) -> Any:
    """Return the document. In an array, an item that cannot be read is an `UnreadableItem`."""
    one_more = None if max_items is None else max_items + 1
    return _read(partial(exact_json.read_by_item, max_items=one_more), body, max_values)


def _read(read: Callable[[bytes], Any], body: bytes, max_values: int) -> Any:
    _check_values(body, max_values=max_values)
    try:
        return read(body)
    except ValueError as error:
        raise HttpProblem(HTTPStatus.BAD_REQUEST, f"not JSON: {error}") from error


def _check_values(*contents: bytes, max_values: int = MAX_REQUEST_VALUES) -> None:
    """Raise HttpProblem if the JSON texts of a request hold too many values to parse them."""
    if exact_json.has_more_values(max_values, *contents):
        raise too_many_values()


def too_many_values() -> HttpProblem:
    """Return the problem of a request with too many values, in any format."""
    detail = f"a request must have at most {MAX_REQUEST_VALUES} fields and array items"
    return HttpProblem(_TOO_LARGE, detail)


def _check_encoded_values(body: bytes, items: list[Any]) -> None:
    """Raise HttpProblem if CloudEvents have too many values with those of their data in base64."""
    _check_values(body, *encoded_data(items))


def items_of(document: Any, of: str = "event", max_items: int | None = MAX_EVENTS) -> list[Any]:
    """Return the items of an array, or the one item. Raises HttpProblem as `batch_of`.

    Refuses an empty array. A batch of CloudEvents may be one: JSON event format 1.0, section 4.
    """
    if document == []:
        detail = f"the array must hold at least one {of}"
        raise HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, events=[], errors=[])
    return batch_of(document, of, max_items) if isinstance(document, list) else [document]


def batch_of(document: Any, of: str = "event", max_items: int | None = MAX_EVENTS) -> list[Any]:
    """Return the array of a batch. Raises HttpProblem for another document, or a longer array."""
    if not isinstance(document, list):
        raise HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, f"a batch must be an array of {of}s")
    if max_items is not None and len(document) > max_items:
        raise HttpProblem(
            _TOO_LARGE, f"{len(document)} {of}s in one request: send at most {max_items}"
        )
    return document

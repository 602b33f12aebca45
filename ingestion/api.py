"""The ingestion API: checks at the door what a source posts and hands it to the router."""

import re
import time
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion.address import ENTITY, read_path
from ingestion.answer import JSON, Problem, answer, answer_problem
from ingestion.catalog import OPERATOR
from ingestion.correction import EVENT_ID, Correction
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.keys import check_key
from ingestion.observability import report
from ingestion.router import Router
from ingestion.settings import (
    CLIENT_CONFIG,
    POOL_SIZE,
    api_settings,
    catalog,
    running_in_lambda,
)
from ingestion.submission import (
    TOO_LARGE,
    Caller,
    NotJson,
    TooManyEvents,
    admit_all,
    parse,
    parse_document,
)

MAX_BODY_BYTES = 6 * 1024 * 1024  # Lambda: the most a synchronous invocation takes.
PUBLISH_SECONDS = 15  # API Gateway waits 29 s; a start and a last call may add ten.
_JSON_IN_UTF8 = re.compile(
    r"""\s* application/json \s*
    (; \s* (charset="?(utf-8|us-ascii)"? | (?!charset)[\w.-]+=("[^"]*"|[^\s;,"]+)) \s* )*""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

Parsed = TypeVar("Parsed")

app = APIGatewayRestResolver()


@cache
def router() -> Router:
    """The topic of this environment."""
    sns = boto3.client("sns", config=CLIENT_CONFIG)
    return Router(sns, api_settings().topic_arn, ThreadPoolExecutor(POOL_SIZE))


@app.post("/<path>")
def receive(path: str) -> Response[str]:
    """Take one event or an array of them from the source whose path it is."""
    try:
        return _receive(path)
    except Problem as problem:
        return answer_problem(problem)


@app.put(ENTITY)
@app.delete(ENTITY)
def correct() -> Response[str]:
    """Take an entity as the operator says it is, or that it is no more."""
    try:
        return _correct()
    except Problem as problem:
        return answer_problem(problem)


def _receive(path: str) -> Response[str]:
    caller = _caller(path)
    _check_media_type()
    items = _parsed(parse)
    return _take(caller, list(admit_all(items, caller, datetime.now(UTC))))


def _correct() -> Response[str]:
    request = app.current_event
    check_key(request.headers, api_settings().api_key_digests.get(OPERATOR, []), "the operator")
    address = read_path(request.path)
    if address.is_related:
        detail = "what is related is read only; an id that ends in /related is written %2Frelated"
        raise Problem(HTTPStatus.NOT_FOUND, detail)
    correction = Correction(address.model, address.entity_id, request.headers.get(EVENT_ID))
    caller = Caller(OPERATOR, catalog().lanes[OPERATOR])
    if request.http_method == "PUT":
        _check_media_type()
        item = correction.upsert(_parsed(parse_document))
    elif request.body:
        raise Problem(HTTPStatus.BAD_REQUEST, "a delete has no body")
    else:
        item = correction.delete()
    [result] = admit_all([item], caller, datetime.now(UTC))
    return _take(caller, [correction.checked(result)])


def _take(caller: Caller, results: list[Event | RejectedRecord]) -> Response[str]:
    """Hand the events to the router; answer what became of each."""
    events = [result for result in results if isinstance(result, Event)]
    left = router().publish(events, time.monotonic() + PUBLISH_SECONDS)
    report(
        caller.name,
        {
            "EventAccepted": len(events) - len(left),
            "EventRejected": len(results) - len(events),
            "EventNotTaken": len(left),
        },
        request_id=app.current_event.request_context.request_id,
        not_taken_for=sorted({reason for _, reason in left}),
    )
    return _answer_results(results, {id(event) for event, _ in left})


def _caller(path: str) -> Caller:
    """Whose path and key these are. One source's key is no good on another's path."""
    name = catalog().name_by_path.get(path)
    if name is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no source has this path")
    digests = api_settings().api_key_digests.get(name, [])
    check_key(app.current_event.headers, digests, "this source")
    return Caller(name, catalog().sources[name])


def _check_media_type() -> None:
    headers = app.current_event.headers
    if not _JSON_IN_UTF8.fullmatch(headers.get("content-type", "")):
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Type must be {JSON}, in UTF-8")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must not be compressed")


def _parsed(parse: Callable[[bytes], Parsed]) -> Parsed:
    """What `parse` makes of the body. Raises Problem for one that is too large or no JSON."""
    request = app.current_event
    text = request.body or ""
    body = b64decode(text) if request.is_base64_encoded else text.encode(errors="surrogatepass")
    if len(body) > MAX_BODY_BYTES:
        raise Problem(_TOO_LARGE, f"a body must have at most {MAX_BODY_BYTES} bytes")
    try:
        return parse(body)
    except NotJson as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"not JSON: {error}") from error
    except TooManyEvents as error:
        raise Problem(_TOO_LARGE, str(error)) from error


def _answer_results(results: list[Event | RejectedRecord], left: set[int]) -> Response[str]:
    """202, 207, 413, 422 or 503 with what became of each event, by its place in the request."""
    events: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for index, result in enumerate(results):
        if isinstance(result, RejectedRecord):
            events.append({"index": index, "status": "rejected"})
            errors += ({"index": index, **fault} for fault in result.describe())
        else:
            status = "not_taken" if id(result) in left else "accepted"
            events.append({"index": index, "id": result.id, "status": status})
    members = {"events": events, "errors": errors}
    if left:
        raise Problem(
            HTTPStatus.SERVICE_UNAVAILABLE, "not all was taken: repeat with the same ids", **members
        )
    rejected = [result for result in results if isinstance(result, RejectedRecord)]
    if len(rejected) == len(results):
        large = results and all(rejection.reason == TOO_LARGE for rejection in rejected)
        raise Problem(
            _TOO_LARGE if large else HTTPStatus.UNPROCESSABLE_ENTITY,
            "no event was accepted" if results else "the array must hold at least one event",
            **members,
        )
    return answer(HTTPStatus.MULTI_STATUS if rejected else HTTPStatus.ACCEPTED, members)


def answer_not_found(_: Exception) -> Response[str]:
    """For what the gateway lets through and no route takes, such as //a."""
    return answer_problem(Problem(HTTPStatus.NOT_FOUND, "there is no such path and method"))


app.not_found(answer_not_found)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the gateway's proxy integration."""
    return app.resolve(event, context)


if running_in_lambda():
    catalog(), router()

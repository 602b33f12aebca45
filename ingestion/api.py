"""The ingestion API: checks at the door what callers send and hands it to the router."""

import time
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion import clients
from ingestion.address import ENTITY, read_path
from ingestion.answer import Problem, answer, answer_problem, named, request_id
from ingestion.callers import key_holder, source_of
from ingestion.catalog import OPERATOR
from ingestion.correction import EVENT_ID, Correction
from ingestion.discretion import Discretion
from ingestion.documentation import answer_page
from ingestion.errors import RejectedRecord
from ingestion.event import Event, timestamp
from ingestion.keys import check_key
from ingestion.observability import each, report, say
from ingestion.pool import pool
from ingestion.request import json_document, posted, upload_request
from ingestion.results import answer_results
from ingestion.router import Router
from ingestion.settings import (
    api_settings,
    catalog,
    initialize,
    openapi_document,
    webhook_settings,
)
from ingestion.submission import Caller, admit_all
from ingestion.wire import write_calls

if TYPE_CHECKING:
    from ingestion.door import Door
    from ingestion.gate import Gate

PUBLISH_SECONDS = 15  # API Gateway waits 29 s; a start and a last call may add ten.
_NO_ROUTE = "there is no such path and method"

app = APIGatewayRestResolver()


@cache
def door() -> "Door":
    """The drop bucket of this environment."""
    # Uploads are rare beside events: their models and unpackers cost a start 5 ms.
    from ingestion.door import Door

    return Door(clients.presigning_s3(), api_settings().bucket, api_settings().max_upload_bytes)


@cache
def router() -> Router:
    """The topic of this environment."""
    return Router(write_calls(clients.sns()), api_settings().topic_arn, pool())


@cache
def gate() -> "Gate":
    """The secrets of this environment's sources, and the claims to what they sign."""
    # Where no source signs, no start pays for these.
    from ingestion.claims import Claims
    from ingestion.gate import Gate
    from ingestion.secret_store import SecretStore

    return Gate(
        SecretStore(clients.secretsmanager(), webhook_settings().secret_prefix),
        Claims(
            clients.dynamodb(),
            webhook_settings().claims_table_name,
            webhook_settings().claim_days,
        ),
    )


@app.post("/<path>")
def receive(path: str) -> Response[str]:
    """Take events from the source whose path it is."""
    with source_of(app.current_event, path, gate) as caller:
        form, items = posted(app.current_event)
        received_at = datetime.now(UTC)
        return _take(caller, received_at, list(admit_all(items, caller, received_at, form)))


@app.post("/<path>/uploads")
def prepare_upload(path: str) -> Response[str]:
    """Tell the source where to put one file, whose name is in the body."""
    with source_of(app.current_event, path, gate) as caller:
        place = door().place_for(caller.name, upload_request(app.current_event))
        say(source=caller.name, request_id=request_id(app.current_event), upload_prepared=True)
        return answer(HTTPStatus.CREATED, place.model_dump())


@app.put(ENTITY)
@app.delete(ENTITY)
def correct() -> Response[str]:
    """Take an entity as the operator says it is, or that it is no more."""
    request = app.current_event
    caller = key_holder(request, OPERATOR, "the operator")
    address = read_path(request.path)
    if address.is_related:
        detail = "what is related is read only; an id that ends in /related is written %2Frelated"
        raise Problem(HTTPStatus.NOT_FOUND, detail)
    correction = Correction(address.model, address.entity_id, request.headers.get(EVENT_ID))
    if request.http_method == "PUT":
        item = correction.upsert(json_document(request))
    elif request.body:
        raise Problem(HTTPStatus.BAD_REQUEST, "a delete has no body")
    else:
        item = correction.delete()
    received_at = datetime.now(UTC)
    [result] = admit_all([item], caller, received_at)
    return _take(caller, received_at, [correction.checked(result)])


def _take(
    caller: Caller, received_at: datetime, results: list[Event | RejectedRecord]
) -> Response[str]:
    """Hand the events to the router; answer what became of each."""
    events = [result for result in results if isinstance(result, Event)]
    rejections = (result.reason for result in results if isinstance(result, RejectedRecord))
    deadline = time.monotonic() + PUBLISH_SECONDS
    published = router().publish(events, deadline, request_id=request_id(app.current_event))
    report(
        caller.name,
        {"EventNotTaken": len(published.left), "PublishRetried": published.retried},
        by_entity=each("EventAccepted", published.taken(events)),
        by_reason=each("EventRejected", Counter(rejections)),
        request_id=request_id(app.current_event),
        received_at=timestamp(received_at),  # As the items have it: it leads back to this line.
        not_taken_for=sorted({reason for _, reason in published.left}),
    )
    return answer_results(results, [event for event, _ in published.left])


@app.get("/openapi.json")
def describe() -> Response[str]:
    """The OpenAPI document, for holders of any source's key unless it is open to all."""
    if not api_settings().open_docs:
        digests = api_settings().api_key_digests
        check_key(app.current_event.headers, digests, catalog().lanes, "a source")
    return answer(HTTPStatus.OK, openapi_document() | {"servers": [{"url": _server_url()}]})


def _server_url() -> str:
    """Where callers reach the API: as told, else as this one did; own domains show no stage."""
    context = app.current_event.request_context
    base = context.path.rstrip("/").removesuffix("/openapi.json")
    return api_settings().api_url or f"https://{context.domain_name}{base}"


@app.get("/docs")
def show() -> Response[str]:
    """The document's page, where it is open to all."""
    if not api_settings().open_docs:
        raise Problem(HTTPStatus.NOT_FOUND, _NO_ROUTE)
    return answer_page()


def answer_refusal(problem: Problem) -> Response[str]:
    """For a request that is refused as a whole; what became of its events is said already."""
    if not problem.members.get("events"):
        path = app.current_event.path.strip("/").partition("/")[0]
        source = catalog().name_by_path.get(path)
        say(source=source, request_id=request_id(app.current_event), refused=problem.status)
    return answer_problem(problem)


def answer_not_found(_: Exception) -> Response[str]:
    """For what the gateway lets through and no route takes, such as //a."""
    return answer_refusal(Problem(HTTPStatus.NOT_FOUND, _NO_ROUTE))


app.not_found(answer_not_found)
app.exception_handler(Problem)(answer_refusal)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request of the gateway's proxy integration."""
    with Discretion():
        return named(app.resolve(event, context), app.current_event)


def _gate_of_signed_sources() -> None:
    if any(source.auth == "hmac" for source in catalog().sources.values()):
        gate()


initialize(catalog, router, _gate_of_signed_sources)

"""The read API: one entity, lists of entities and related entities. It needs a key to read."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from entities.fields import EntityId
from ingestion.auth.api_keys import check_key
from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.aws.start import build_at_start
from ingestion.catalog import READER
from ingestion.errors import TransientFailure
from ingestion.http.cached import answer_kept
from ingestion.http.cursor import Scope, read_cursor, write_cursor
from ingestion.http.parameters import ListParameters, PageParameters, Parameters
from ingestion.http.paths import ENTITY, LIST, Address, read_path
from ingestion.http.problem import HttpProblem, answer_problem, named, request_id
from ingestion.settings import CLIENT_CONFIG, QuerySettings
from ingestion.store.reader import Filter, Json, Reader, Step
from ingestion.store.relations import related
from ingestion.telemetry.metrics import print_metrics
from ingestion.telemetry.redaction import hide_messages

# Lambda allows 6 MB an answer: JSON text within JSON, or compressed and in base64.
MAX_ANSWER_BYTES = 5_000_000

app = APIGatewayRestResolver()
_entity_id = TypeAdapter(EntityId)


@dataclass(frozen=True)
class Runtime:
    """The settings and the reader of the API.

    After `read_seconds` the API answers with the items found so far. API Gateway waits 29 s.
    """

    settings: QuerySettings
    reader: Reader
    read_seconds: float = 10

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment."""
        settings = QuerySettings()
        reader = Reader(session.client("dynamodb", config=CLIENT_CONFIG), settings.table_name)
        return cls(settings, reader)


def _runtime() -> Runtime:
    """Return the runtime of the request that `app` resolves."""
    found: Runtime = app.context["runtime"]
    return found


@app.get(LIST)
@app.get(ENTITY)
def show() -> Response[str]:
    """Answer with the entity or the page that the path names."""
    try:
        document = _read()
    except HttpProblem as problem:
        _report("QueryRefused")
        return answer_problem(problem)
    except (TransientFailure, *FAILED_CALL) as error:
        reason = str(error) if isinstance(error, TransientFailure) else failure_code(error)
        _report("QueryFailed", failed_for=reason)
        detail = "the table is not available: repeat the request after Retry-After"
        return answer_problem(HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail))
    _report("QueryAnswered")
    return answer_kept(document, app.current_event.resolved_headers_field)


def _report(metric: str, failed_for: str = "") -> None:
    request = app.current_event
    print_metrics(READER, {metric: 1}, request_id=request_id(request), failed_for=failed_for)


def _read() -> Json:
    request = app.current_event
    digests = _runtime().settings.reader_key_digests
    check_key(request.headers, digests, [READER], "the reader's or the operator")
    address = read_path(request.path)
    query = request.resolved_query_string_parameters
    if not address.entity_id:
        return _list(address, ListParameters.read(query))
    if address.is_related:
        return _related(address, PageParameters.read(query))
    Parameters.read(query)
    return _get(address)


def _get(address: Address) -> Json:
    """Return the entity. Raises HttpProblem if none is stored; an invalid id has none."""
    name = address.model.entity_name
    try:
        found = _runtime().reader.get(name, _entity_id.validate_python(address.entity_id))
    except ValidationError:
        found = None
    if found is None:
        raise HttpProblem(HTTPStatus.NOT_FOUND, f"there is no {name} with this id")
    return found


def _list(address: Address, asked: ListParameters) -> Json:
    name, chosen = address.model.entity_name, Filter(asked.source, asked.changed_since)
    scope: Scope = ["list", name, *chosen]
    # Without a filter, one page of the index is enough.
    page_size = None if any(chosen) else asked.limit + 1
    position = read_cursor(scope, asked.cursor)
    steps = _runtime().reader.all_of(name, chosen, position, page_size)
    return _page(scope, steps, asked.limit)


def _related(address: Address, asked: PageParameters) -> Json:
    entity = _get(address)
    scope: Scope = ["related", entity["entity_name"], entity["id"]]
    position = read_cursor(scope, asked.cursor)
    steps = related(_runtime().reader, entity, position, asked.limit + 1)
    return _page(scope, steps, asked.limit)


def _page(scope: Scope, steps: Iterator[Step], limit: int) -> Json:
    """Return the items up to the limit, the size of an answer or the deadline, and a cursor."""
    deadline = time.monotonic() + _runtime().read_seconds
    items: list[Json] = []
    room, position = MAX_ANSWER_BYTES, None
    for step in steps:
        if step.found is not None:
            room -= len(json.dumps(to_json(step.found).decode()))
            if len(items) == limit or (items and room < 0):
                break
            items.append(step.found)
        position = step.position
        if time.monotonic() > deadline:
            break
    else:
        position = None
    next_cursor = None if position is None else write_cursor(scope, position)
    return {"items": items, "next_cursor": next_cursor}


@app.not_found
def answer_not_found(_: Exception) -> Response[str]:
    """Answer a path that the gateway accepts and no route matches, such as //entities."""
    return answer_problem(HttpProblem(HTTPStatus.NOT_FOUND, "there is no such path and method"))


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> dict[str, Any]:
    """Answer one request of the gateway's proxy integration."""
    app.append_context(runtime=runtime)  # type: ignore[no-untyped-call]  # Powertools' own.
    with hide_messages():
        return named(app.resolve(event, context), app.current_event)


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return handle(event, context, runtime())

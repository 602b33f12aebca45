"""The read API: one entity, lists of entities and related entities. It needs a key to read."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import TypeAdapter, ValidationError

from entities.fields import EntityId
from ingestion.auth.api_keys import check_key
from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.aws.start import build_at_start
from ingestion.catalog import READER
from ingestion.errors import TransientFailure
from ingestion.http.cached import cacheable_response
from ingestion.http.cursor import Scope, read_cursor, read_page
from ingestion.http.headers import joined_headers
from ingestion.http.http_problem import HttpProblem
from ingestion.http.methods import offered_methods, other_method_response, resolve_request
from ingestion.http.parameters import ListParameters, PageParameters, Parameters
from ingestion.http.paths import ENTITY, LIST, Address, read_path
from ingestion.http.problem import add_request_id, gateway_request_id, problem_response
from ingestion.settings import CLIENT_CONFIG, QuerySettings
from ingestion.store.reader import Filter, Json, Step, TableReader
from ingestion.store.relations import related_entities
from ingestion.store.time_index import TimeIndex
from ingestion.telemetry.metrics import print_metrics
from ingestion.telemetry.redaction import hide_error_messages

app = APIGatewayRestResolver()
_entity_id = TypeAdapter(EntityId)


@dataclass(frozen=True)
class Runtime:
    """The settings of the API, and what reads the table.

    After `read_seconds` the API returns the items found so far. API Gateway waits 29 s.
    """

    settings: QuerySettings
    reader: TableReader
    time_index: TimeIndex
    read_seconds: float = 10

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment."""
        settings = QuerySettings()
        reader = TableReader(session.client("dynamodb", config=CLIENT_CONFIG), settings.table_name)
        return cls(settings, reader, TimeIndex(reader))


def _runtime() -> Runtime:
    """Return the runtime of the request that `app` resolves."""
    runtime: Runtime = app.context["runtime"]
    return runtime


@app.get(LIST)
@app.get(ENTITY)
def show_entities() -> Response[str]:
    """Return the entity or the page that the path names."""
    try:
        document = _read_document()
    except HttpProblem as problem:
        _print_query_metric("QueryRefused")
        return problem_response(problem)
    except (TransientFailure, *FAILED_CALL) as error:
        reason = str(error) if isinstance(error, TransientFailure) else failure_code(error)
        _print_query_metric("QueryFailed", failed_for=reason)
        detail = "the table is not available: repeat the request after Retry-After"
        return problem_response(HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail))
    _print_query_metric("QueryAnswered")
    return cacheable_response(document, joined_headers(app.current_event))


def _print_query_metric(metric: str, failed_for: str = "") -> None:
    request = app.current_event
    print_metrics(
        READER, {metric: 1}, request_id=gateway_request_id(request), failed_for=failed_for
    )


def _read_document() -> Json:
    request = app.current_event
    digests = _runtime().settings.reader_key_digests
    check_key(request.headers, digests, [READER], "the reader's or the operator")
    address = read_path(request.path)
    query = request.resolved_query_string_parameters
    if not address.entity_id:
        return _read_list(address, ListParameters.read(query))
    if address.is_related:
        return _read_related(address, PageParameters.read(query))
    Parameters.read(query)
    return _read_entity(address)


def _read_entity(address: Address) -> Json:
    """Return the entity. Raises HttpProblem if none is stored; an invalid id has none."""
    name = address.model.entity_name
    try:
        found = _runtime().reader.get_entity(name, _entity_id.validate_python(address.entity_id))
    except ValidationError:
        found = None
    if found is None:
        raise HttpProblem(HTTPStatus.NOT_FOUND, f"there is no {name} with this id")
    return found


def _read_list(address: Address, parameters: ListParameters) -> Json:
    name, selected = address.model.entity_name, Filter(parameters.source, parameters.changed_since)
    scope: Scope = ["list", name, *selected]
    position, page_size = read_cursor(scope, parameters.cursor), parameters.limit + 1
    if selected.changed_since:
        steps = _runtime().time_index.changed_entities(name, selected, position, page_size)
    else:
        # Without a filter, one page of the index is enough.
        size = None if selected.source else page_size
        steps = _runtime().reader.all_of(name, selected, position, size)
    return _page(scope, steps, parameters.limit)


def _read_related(address: Address, parameters: PageParameters) -> Json:
    entity = _read_entity(address)
    scope: Scope = ["related", entity["entity_name"], entity["id"]]
    position = read_cursor(scope, parameters.cursor)
    steps = related_entities(_runtime().reader, entity, position, parameters.limit + 1)
    return _page(scope, steps, parameters.limit)


def _page(scope: Scope, steps: Iterator[Step], limit: int) -> Json:
    return read_page(scope, steps, limit, time.monotonic() + _runtime().read_seconds)


@app.not_found
def respond_to_other_method(_: Exception) -> Response[str]:
    """Respond to a method or a path that has no route, such as //entities."""
    request = app.current_event
    try:
        return other_method_response(request.http_method, offered_methods(request.path))
    except HttpProblem as problem:
        return problem_response(problem)


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> dict[str, Any]:
    """Respond to one request of the gateway's proxy integration."""
    app.append_context(runtime=runtime)  # type: ignore[no-untyped-call]  # Powertools' own.
    with hide_error_messages():
        return add_request_id(resolve_request(app, event, context), app.current_event)


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Respond to one request."""
    return handle(event, context, runtime())

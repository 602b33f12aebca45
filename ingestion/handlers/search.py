"""The search API: entities by the words that they hold.

Callers need the reader's or the operator's key.
"""

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion.auth.api_keys import check_key
from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.aws.start import build_at_start
from ingestion.catalog import READER
from ingestion.errors import TransientFailure
from ingestion.http.cached import cacheable_response
from ingestion.http.cursor import Scope, read_cursor, read_page
from ingestion.http.headers import joined_headers
from ingestion.http.http_problem import HttpProblem
from ingestion.http.methods import READ, other_method_response, resolve_request
from ingestion.http.parameters import SearchParameters
from ingestion.http.problem import add_request_id, gateway_request_id, problem_response
from ingestion.search.hits import MAX_RANK, Finder, Search
from ingestion.search.pointer import IndexDamaged
from ingestion.search.query_language.tokens import BadQuery
from ingestion.search.reading import IndexReader
from ingestion.settings import CLIENT_CONFIG, SearchSettings
from ingestion.store.reader import Json, Position, TableReader
from ingestion.telemetry.metrics import print_metrics
from ingestion.telemetry.redaction import hide_error_messages

_UNAVAILABLE = "the index or the table is not available: repeat the request after Retry-After"
_DAMAGED = "the index is damaged: run `ingest search rebuild`, then repeat the request"

app = APIGatewayRestResolver()


@dataclass(frozen=True)
class Runtime:
    """The settings of the function, and what finds entities.

    After `read_seconds` the function returns the hits found so far. API Gateway waits 29 s.
    """

    settings: SearchSettings
    finder: Finder
    read_seconds: float = 10

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment."""
        settings = SearchSettings()
        s3 = session.client("s3", config=CLIENT_CONFIG)
        index = IndexReader.build(s3, settings.index_bucket)
        table = TableReader(session.client("dynamodb", config=CLIENT_CONFIG), settings.table_name)
        return cls(settings, Finder(index, table))


@app.get("/search")
def search() -> Response[str]:
    """Return a page of the entities that match the query, the best first."""
    runtime: Runtime = app.context["runtime"]
    try:
        document = _find(runtime)
    except HttpProblem as problem:
        _print_search_metric("SearchRefused")
        return problem_response(problem)
    except (TransientFailure, *FAILED_CALL) as error:
        reason = str(error) if isinstance(error, TransientFailure) else failure_code(error)
        _print_search_metric("SearchFailed", failed_for=reason)
        detail = _DAMAGED if isinstance(error, IndexDamaged) else _UNAVAILABLE
        return problem_response(HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, detail))
    _print_search_metric("SearchAnswered", hits=len(document["items"]))
    return cacheable_response(document, joined_headers(app.current_event))


def _print_search_metric(metric: str, *, hits: int = 0, failed_for: str = "") -> None:
    request_id = gateway_request_id(app.current_event)
    print_metrics(READER, {metric: 1}, request_id=request_id, hits=hits, failed_for=failed_for)


def _find(runtime: Runtime) -> Json:
    request = app.current_event
    check_key(
        request.headers,
        runtime.settings.reader_key_digests,
        [READER],
        "the reader's or the operator",
    )
    wanted = SearchParameters.read(request.resolved_query_string_parameters)
    scope: Scope = ["search", wanted.q, wanted.entity, wanted.source]
    after = _checked_rank(read_cursor(scope, wanted.cursor))
    found = runtime.finder.find(
        Search(wanted.q, wanted.entity, wanted.source), after, wanted.limit + 1
    )
    try:
        return read_page(scope, found, wanted.limit, time.monotonic() + runtime.read_seconds)
    except BadQuery as error:
        detail = f"q: {error}"
        raise HttpProblem(HTTPStatus.BAD_REQUEST, detail, position=error.position) from error


def _checked_rank(after: Position | None) -> Position | None:
    """Return the position if it is the rank of a hit. Raises HttpProblem for any other."""
    if after and not (after.id.isdecimal() and int(after.id) <= MAX_RANK):
        raise HttpProblem(HTTPStatus.BAD_REQUEST, "cursor: must be a next_cursor of a search")
    return after


@app.not_found
def respond_to_other_method(_: Exception) -> Response[str]:
    """Respond to a method that the path does not offer."""
    try:
        return other_method_response(app.current_event.http_method, READ)
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

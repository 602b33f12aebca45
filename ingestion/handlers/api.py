"""The ingestion API: checks what callers send and publishes it to the router."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion.auth.callers import Callers
from ingestion.aws.start import build_at_start
from ingestion.catalog import OPERATOR, Catalog
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.files.upload_url import UploadUrls
from ingestion.http import methods
from ingestion.http.corrections import read_correction
from ingestion.http.docs import description
from ingestion.http.docs.page import page_response
from ingestion.http.headers import joined_headers
from ingestion.http.http_problem import HttpProblem
from ingestion.http.paths import ENTITY
from ingestion.http.preconditions import apply_preconditions, read_stored
from ingestion.http.problem import add_request_id, gateway_request_id, json_response, refuse
from ingestion.http.publishing import Publisher
from ingestion.http.request import is_redrive, read_items, read_json
from ingestion.http.results import accepted_before_response
from ingestion.intake.placed import Placed, in_order
from ingestion.intake.submission import Caller, events_of
from ingestion.messaging.router import Router
from ingestion.settings import (
    CLIENT_CONFIG,
    PRESIGNING_CONFIG,
    WORK_SECONDS,
    ApiSettings,
    packaged_catalog,
    packaged_openapi,
)
from ingestion.store.reader import TableReader
from ingestion.telemetry.redaction import hide_error_messages

if TYPE_CHECKING:
    from ingestion.http.quarantine.receiver import PayloadReceiver

app = APIGatewayRestResolver()


@dataclass(frozen=True)
class Runtime:
    """The clients and settings of the API, and how long a request is mapped, and worked on."""

    settings: ApiSettings
    catalog: Catalog
    callers: Callers
    router: Router
    session: boto3.Session
    map_seconds: float = 5
    work_seconds: float = WORK_SECONDS

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment and package."""
        settings, catalog = ApiSettings(), packaged_catalog()
        callers = Callers.build(session, settings, catalog)
        router = Router.build(session, settings.topic_arn, keeps_order=False)
        return cls(settings, catalog, callers, router, session)

    @property
    def publisher(self) -> Publisher:
        """Return what publishes the events of a request."""
        return Publisher(self.router, self.catalog)

    @cached_property
    def payloads(self) -> "PayloadReceiver":
        """Return the receiver of payloads."""
        from ingestion.http.quarantine.receiver import PayloadReceiver  # To start without it.

        return PayloadReceiver(self.catalog, self.map_seconds, self.session, self.settings.bucket)

    @cached_property
    def upload_urls(self) -> UploadUrls:
        """Return the creator of upload URLs."""
        s3 = self.session.client("s3", config=PRESIGNING_CONFIG)
        return UploadUrls.of(s3, self.settings, self.catalog)

    @cached_property
    def reader(self) -> TableReader:
        """Return the reader of the table."""
        dynamodb = self.session.client("dynamodb", config=CLIENT_CONFIG)
        return TableReader(dynamodb, self.settings.table_name)


def _runtime() -> Runtime:
    """Return the runtime of the request that `app` resolves."""
    runtime: Runtime = app.context["runtime"]
    return runtime


@app.post("/<path>")
def receive_events(path: str) -> Response[str]:
    """Accept events, or payloads that rules map, from the source that owns the path."""
    return _runtime().callers.serve(app.current_event, path, _receive_from)


def _receive_from(caller: Caller) -> Response[str]:
    runtime, request, received_at = _runtime(), app.current_event, datetime.now(UTC)
    publish, deadline = partial(_publish, caller, received_at), app.context["deadline"]
    if rules := runtime.catalog.rules_of(caller.name):
        return runtime.payloads.receive(request, caller, rules, received_at, publish, deadline)
    if caller.accepted_with:
        return accepted_before_response(caller.accepted_with)
    event_format, items = read_items(request)
    return publish(in_order(events_of(items, caller, received_at, event_format)))


@app.post("/<path>/uploads")
def prepare_upload(path: str) -> Response[str]:
    """Return a URL to which the source may upload the file that the body names."""
    return _runtime().callers.serve_uploader(app.current_event, path, _prepare_for)


def _prepare_for(caller: Caller) -> Response[str]:
    request = app.current_event
    try:
        presigned = _runtime().upload_urls.presign(caller.name, read_json(request))
    except RejectedRecord as rejection:
        raise HttpProblem.of(rejection, "the name or size of the file") from rejection
    Logger().info("upload_prepared", source=caller.name, request_id=gateway_request_id(request))
    return json_response(HTTPStatus.CREATED, presigned.model_dump())


@app.put(ENTITY)
@app.delete(ENTITY)
def correct_entity() -> Response[str]:
    """Accept an entity, or its deletion, from the operator."""
    request, received_at = app.current_event, datetime.now(UTC)
    caller = _runtime().callers.key_holder(request, OPERATOR, "the operator")
    result = read_correction(request, caller, received_at)
    if isinstance(result, Event):
        stored = read_stored(_runtime().reader, result.key)
        result = apply_preconditions(result, joined_headers(request), stored)
    return _publish(caller, received_at, in_order([result]))


def _publish(caller: Caller, received_at: datetime, results: Sequence[Placed]) -> Response[str]:
    """Publish the events of a request and return what became of each item."""
    request_id, deadline = gateway_request_id(app.current_event), app.context["deadline"]
    return _runtime().publisher.publish(caller, received_at, request_id, results, deadline)


@app.get("/")
def show_links() -> Response[str]:
    """Return where the description is. It needs a key of any source unless it is open to all."""
    found = description.links(_described_url(), has_page=_runtime().settings.open_docs)
    return json_response(HTTPStatus.OK, found)


@app.get("/openapi.json")
def show_openapi() -> Response[str]:
    """Return the OpenAPI document. It needs a key of any source unless it is open to all."""
    document = description.at_address(packaged_openapi(), _described_url())
    return json_response(HTTPStatus.OK, document)


def _described_url() -> str:
    """Return the address of the API if the caller may read its description."""
    settings = _runtime().settings
    if not settings.open_docs:
        _runtime().callers.check_any_key(app.current_event)
    return description.api_url(app.current_event, settings.api_url)


@app.post("/openapi.json")
@app.post("/docs")
def refuse_post_of_description() -> Response[str]:
    """Raise 405. Without this route, `POST /docs` would match `POST /<path>` of a source."""
    return methods.other_method_response("POST", methods.READ)


@app.get("/docs")
def show_docs() -> Response[str]:
    """Return the page that shows the OpenAPI document if the document is open to all."""
    if not _runtime().settings.open_docs:
        raise HttpProblem(HTTPStatus.NOT_FOUND, methods.NO_PATH)
    return page_response()


def refuse_request(problem: HttpProblem) -> Response[str]:
    """Return the problem of a request."""
    return refuse(problem, app.current_event, _runtime().catalog.name_by_path)


app.exception_handler(HttpProblem)(refuse_request)


@app.not_found
def respond_to_other_method(_: Exception) -> Response[str]:
    """Respond to a method or a path that has no route, such as //a."""
    request, paths = app.current_event, _runtime().catalog.name_by_path
    try:
        offered = methods.offered_methods(request.path, paths)
        return methods.other_method_response(request.http_method, offered)
    except HttpProblem as problem:
        return refuse_request(problem)


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> dict[str, Any]:
    """Respond to one request of the gateway's proxy integration, or to the redrive of one."""
    deadline = time.monotonic() + runtime.work_seconds
    app.append_context(runtime=runtime, deadline=deadline)  # type: ignore[no-untyped-call]
    with hide_error_messages():
        if is_redrive(event):
            from ingestion.http.quarantine.redrive import redrive_request  # To start without it.

            return redrive_request(event, runtime.payloads, runtime.publisher.publish, deadline)
        return add_request_id(methods.resolve_request(app, event, context), app.current_event)


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Respond to one request."""
    return handle(event, context, runtime())

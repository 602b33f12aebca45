"""The responses of the HTTP functions: JSON, and RFC 9457 problem documents for errors."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic_core import to_json

from ingestion.http.http_problem import HttpProblem
from ingestion.intake.media_type import JSON

PROBLEM_JSON = "application/problem+json"  # RFC 9457
RETRY_AFTER_SECONDS = 5
_REQUEST_ID = "X-Request-Id"
# The names of RFC 9110, which Python has since 3.13.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


def json_response(
    status: HTTPStatus,
    document: dict[str, Any],
    content_type: str = JSON,
    headers: Mapping[str, str] = {},
) -> Response[str]:
    """Return a response with a JSON document."""
    return Response(status.value, content_type, to_json(document).decode(), {**headers})


def title_of(status: int) -> str:
    """Return the title of a problem."""
    return _TITLES.get(status, HTTPStatus(status).phrase)


def problem_response(problem: HttpProblem) -> Response[str]:
    """Return the response to a problem. A 503 says when to retry (default: soon)."""
    document = {"title": title_of(problem.status), "status": problem.status, **problem.members}
    headers = {**problem.headers}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
    return json_response(problem.status, document, PROBLEM_JSON, headers)


def refuse(
    problem: HttpProblem, request: APIGatewayProxyEvent, name_by_path: Mapping[str, str]
) -> Response[str]:
    """Return the problem of a whole request, and log it unless it names the request's events."""
    if not problem.members.get("events"):
        source = name_by_path.get(request.path.strip("/").partition("/")[0])
        request_id = gateway_request_id(request)
        known = {"source": source, "request_id": request_id, "refused": problem.status}
        Logger().info("request_refused", extra=known)
    return problem_response(problem)


def gateway_request_id(request: APIGatewayProxyEvent) -> str:
    """Return the id that the gateway gives a request. Callers can choose its other id.

    See https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    context = request.request_context
    return context.extended_request_id or context.request_id


def add_request_id(response: dict[str, Any], request: APIGatewayProxyEvent) -> dict[str, Any]:
    """Add the request's id to the response's headers. Log lines contain the same id."""
    response["multiValueHeaders"][_REQUEST_ID] = [gateway_request_id(request)]
    return response

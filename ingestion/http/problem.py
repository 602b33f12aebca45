"""What the HTTP functions answer: JSON, and RFC 9457 problem documents for what went wrong."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic_core import to_json

from ingestion.intake.media_type import JSON

PROBLEM_JSON = "application/problem+json"  # RFC 9457
RETRY_AFTER_SECONDS = 5
_REQUEST_ID = "X-Request-Id"
# RFC 9110's names, which Python has from 3.13 on.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


class Problem(Exception):
    """Refuses the whole request: RFC 9457 title and status, and in `detail` what would be right."""

    def __init__(self, status: HTTPStatus, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.members = {"detail": detail, **members}


def answer(
    status: HTTPStatus,
    document: dict[str, Any],
    content_type: str = JSON,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Response[str]:
    """An answer with a JSON document."""
    return Response(status.value, content_type, to_json(document).decode(), {**headers})


def answer_problem(problem: Problem) -> Response[str]:
    """The problem as its document; 503 says when to come back."""
    title = _TITLES.get(problem.status, problem.status.phrase)
    document = {"title": title, "status": problem.status, **problem.members}
    come_back = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    unavailable = problem.status == HTTPStatus.SERVICE_UNAVAILABLE
    return answer(problem.status, document, PROBLEM_JSON, come_back if unavailable else {})


def request_id(request: APIGatewayProxyEvent) -> str:
    """The id that the gateway gives a request; its other one callers may choose.

    See https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    context = request.request_context
    return context.extended_request_id or context.request_id


def named(proxied: dict[str, Any], request: APIGatewayProxyEvent) -> dict[str, Any]:
    """What the gateway is answered, with the id by which the lines about the request are found."""
    proxied["multiValueHeaders"][_REQUEST_ID] = [request_id(request)]
    return proxied

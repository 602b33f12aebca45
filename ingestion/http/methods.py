"""The methods that each path offers: RFC 9110, section 9."""

import re
from collections.abc import Container
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion.http.http_problem import HttpProblem
from ingestion.http.paths import ENTITY, LIST, read_path

NO_PATH = "no operation has this path: see /openapi.json"
READ = "GET, HEAD, OPTIONS"
_ENTITY = "GET, HEAD, PUT, DELETE, OPTIONS"
_SOURCE = "POST, OPTIONS"
_DOCUMENTS = ("", "openapi.json", "docs")


def resolve_request(
    app: APIGatewayRestResolver, event: dict[str, Any], context: LambdaContext
) -> dict[str, Any]:
    """Return the response of the app's route. HEAD is GET without the body."""
    if event["httpMethod"] != "HEAD":
        return app.resolve(event, context)
    response = app.resolve(event | {"httpMethod": "GET"}, context)
    return response | {"body": "", "isBase64Encoded": False}


def offered_methods(path: str, source_paths: Container[str] = ()) -> str:
    """Return the methods of a path, separated by commas. Raises HttpProblem for another path."""
    if re.fullmatch(f"{LIST}|{ENTITY}", path):
        address = read_path(path)
        return _ENTITY if address.entity_id and not address.is_related else READ
    name = path.removeprefix("/").removesuffix("/")
    if name in _DOCUMENTS:
        return READ
    if name.removesuffix("/uploads") not in source_paths:
        raise HttpProblem(HTTPStatus.NOT_FOUND, NO_PATH)
    return _SOURCE


def other_method_response(method: str, offered: str) -> Response[str]:
    """Return the response to OPTIONS. Raises HttpProblem for a method that the path lacks."""
    allow = {"Allow": offered}
    if method != "OPTIONS":
        detail = f"this path does not offer {method}: use one of {offered}"
        raise HttpProblem(HTTPStatus.METHOD_NOT_ALLOWED, detail, headers=allow)
    return Response(HTTPStatus.NO_CONTENT.value, None, "", {**allow})

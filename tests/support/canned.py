"""Responses and errors of AWS that a test gives to a client."""

from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient

from tests.support.factories import Json

Canned = tuple[AWSResponse, Json]


def canned(document: Json, status: int = 200) -> Canned:
    """Return the value of a `before-call` hook that botocore uses as the service's response."""
    metadata = {"HTTPStatusCode": status, "RequestId": "canned"}
    response = AWSResponse("https://canned.example.com", status, {}, None)  # type: ignore[arg-type]
    return response, {"ResponseMetadata": metadata} | document


def aws_error(code: str, status: int = 400, message: str = "as the test wants") -> Canned:
    """Return the error response of a service."""
    return canned({"Error": {"Code": code, "Message": message}}, status)


def name_of(failure: Canned | Exception) -> str:
    """Return the name of a failure for a test's parameters."""
    if isinstance(failure, Exception):
        return type(failure).__name__
    return str(failure[1]["Error"]["Code"])


def intercept(client: BaseClient, operation: str, respond: Callable[[Json], Canned | None]) -> None:
    """Call `respond` with the parameters of each call. Its result is the response, unless None."""

    def note(params: Json, context: Json, **_: Any) -> None:
        context["parameters"] = params

    def answer(context: Json, **_: Any) -> Canned | None:
        return respond(context["parameters"])

    service: Any = client.meta.service_model.service_id
    events: Any = client.meta.events
    events.register(f"provide-client-params.{service.hyphenize()}.{operation}", note)
    events.register(f"before-call.{service.hyphenize()}.{operation}", answer)

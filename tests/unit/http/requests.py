"""Requests to a source's path."""

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from tests.support.invocations import request

JSON = "application/json"


def sent(body: str | bytes, **headers: str) -> APIGatewayProxyEvent:
    """Return a request with this body and these headers. An underscore stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return APIGatewayProxyEvent(request("b", body, headers=named))


def without_content_type(event: APIGatewayProxyEvent) -> APIGatewayProxyEvent:
    for headers in (event.raw_event["headers"], event.raw_event["multiValueHeaders"]):
        del headers["Content-Type"]
    return APIGatewayProxyEvent(event.raw_event)

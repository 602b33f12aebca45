"""HEAD, OPTIONS, and methods that a path does not offer (RFC 9110, section 9)."""

import json
from typing import Any

import pytest

from ingestion.handlers import api
from tests.integration.cloud import Cloud
from tests.support.factories import Json, event
from tests.support.invocations import context, request

READ, POST = "GET, HEAD, OPTIONS", "POST, OPTIONS"
ENTITY = "GET, HEAD, PUT, DELETE, OPTIONS"
API_PATHS = {"b": POST, "b/": POST, "b/uploads": POST, "": READ, "openapi.json": READ, "docs": READ}
QUERY_PATHS = {
    "entities/CONTRACT": READ,
    "entities/CONTRACT/c-1": ENTITY,
    "entities/CONTRACT/c/1": ENTITY,
    "entities/CONTRACT/c%2Frelated": ENTITY,
    "entities/CONTRACT/c-1/related": READ,
    "entities/CONTRACT/related": ENTITY,
}


def call_api(cloud: Cloud, method: str, path: str) -> Any:
    sent = request(path, "", source="sourceB", method=method)
    return api.handle(sent, context(), cloud.api_runtime)


def call_query(cloud: Cloud, method: str, path: str) -> Any:
    return cloud.query(request(path, "", source="reader", method=method))


def headers(response: Json) -> dict[str, str]:
    return {name: values[0] for name, values in response["multiValueHeaders"].items()}


@pytest.mark.parametrize(
    ("path", "allowed", "method"),
    [
        (path, allowed, method)
        for path, allowed in (API_PATHS | QUERY_PATHS).items()
        for method in ("PATCH", "TRACE", "POST", "GET", "HEAD")
        if method not in allowed
    ],
)
def test_a_method_that_a_path_lacks_gets_405_with_those_that_it_has(
    cloud: Cloud, path: str, allowed: str, method: str
) -> None:
    call = call_api if path in API_PATHS else call_query

    response = call(cloud, method, path)

    assert response["statusCode"] == 405
    assert headers(response)["Allow"] == allowed
    if method != "HEAD":
        problem = json.loads(response["body"])
        assert problem["detail"] == f"this path does not offer {method}: use one of {allowed}"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_related_entities_cannot_be_written(cloud: Cloud, method: str) -> None:
    response = cloud.correct(method, "CONTRACT/c-1/related", {})

    assert response.status == 405
    assert response.headers["Allow"] == READ
    assert "%2Frelated" in response.document["detail"]


@pytest.mark.parametrize(("path", "allowed"), (API_PATHS | QUERY_PATHS).items())
def test_options_names_the_methods_of_a_path(cloud: Cloud, path: str, allowed: str) -> None:
    call = call_api if path in API_PATHS else call_query

    response = call(cloud, "OPTIONS", path)

    assert response["statusCode"] == 204
    assert headers(response)["Allow"] == allowed
    assert not response["body"]


@pytest.mark.parametrize("path", ["c/d", "nobody", "/b", "b/uploads/x", "entities"])
@pytest.mark.parametrize("method", ["OPTIONS", "PATCH"])
def test_an_unknown_path_gets_404_by_every_method(cloud: Cloud, method: str, path: str) -> None:
    assert call_api(cloud, method, path)["statusCode"] == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [("entities/ROCKET/r-1", 404), ("entities/ROCKET", 404), ("entities/CONTRACT/%ff", 400)],
)
@pytest.mark.parametrize("method", ["OPTIONS", "PATCH", "GET"])
def test_a_path_of_no_entity_is_refused_by_every_method(
    cloud: Cloud, method: str, path: str, status: int
) -> None:
    assert call_query(cloud, method, path)["statusCode"] == status


@pytest.mark.parametrize("path", QUERY_PATHS)
def test_head_returns_the_status_and_the_headers_of_get_without_its_body(
    cloud: Cloud, path: str
) -> None:
    cloud.store(event())

    get, head = (call_query(cloud, method, path) for method in ("GET", "HEAD"))

    assert get["body"]
    assert head == get | {"body": "", "isBase64Encoded": False}


def test_head_of_the_description_has_no_body(cloud: Cloud) -> None:
    cloud.openapi_file.write_text('{"info": {"description": ""}}')

    get, head = (call_api(cloud, method, "openapi.json") for method in ("GET", "HEAD"))

    assert [get["statusCode"], head["statusCode"]] == [200, 200]
    assert head["body"] == ""

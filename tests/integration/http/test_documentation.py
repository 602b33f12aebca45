"""The OpenAPI document and its page: who may read them, and which server they name."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from pydantic_core import to_json

from ingestion.openapi import openapi
from tests.integration.cloud import Cloud
from tests.integration.response import Response
from tests.support.factories import Json, api_key, catalog
from tests.support.invocations import request

DOMAIN = "abc123.execute-api.eu-central-1.amazonaws.com"


@pytest.fixture(autouse=True)
def _packaged(cloud: Cloud) -> None:
    cloud.openapi_file.write_bytes(to_json(openapi.document(catalog())))


def ask(cloud: Cloud, route: str, key: str | None = None, **context: str) -> Response:
    event = request(route, b"", headers={"X-Api-Key": key} if key else {})
    event |= {"httpMethod": "GET", "body": None, "isBase64Encoded": False}
    event["requestContext"] |= {"domainName": DOMAIN} | context
    return cloud.ask(event)


def set_variables(cloud: Cloud, **variables: str) -> None:
    for name, value in variables.items():
        cloud.environment.setenv(name, value)
    cloud.rebuild()


def test_only_the_server_differs_from_the_packaged_document(cloud: Cloud) -> None:
    response = ask(cloud, "openapi.json")

    assert response.status == 200
    assert response.headers == {"Content-Type": "application/json"}
    expected: Json = openapi.document(catalog(), f"https://{DOMAIN}/v1")
    assert response.document == expected


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/v1/openapi.json", f"https://{DOMAIN}/v1"),
        ("/v1/openapi.json/", f"https://{DOMAIN}/v1"),
        ("/openapi.json", f"https://{DOMAIN}"),
    ],
)
def test_the_server_is_the_address_of_the_request(cloud: Cloud, path: str, url: str) -> None:
    response = ask(cloud, "openapi.json", path=path)

    assert response.document["servers"] == [{"url": url}]


def test_a_configured_address_is_the_server(cloud: Cloud) -> None:
    set_variables(cloud, API_URL="https://api.example.com/v2")

    response = ask(cloud, "openapi.json")

    assert response.document["servers"] == [{"url": "https://api.example.com/v2"}]


@pytest.mark.parametrize("path", ["/v1", "/v1/"])
def test_the_root_leads_to_the_description_and_its_page(cloud: Cloud, path: str) -> None:
    response = ask(cloud, "", path=path)

    assert response.status == 200
    assert response.document == {
        "openapi": f"https://{DOMAIN}/v1/openapi.json",
        "docs": f"https://{DOMAIN}/v1/docs",
    }


def test_the_root_of_a_closed_api_names_no_page_and_needs_a_key(cloud: Cloud) -> None:
    set_variables(cloud, OPEN_DOCS="false")

    with_key = ask(cloud, "", api_key("sourceA"), path="/v1")
    without = ask(cloud, "", path="/v1")

    assert with_key.document == {"openapi": f"https://{DOMAIN}/v1/openapi.json"}
    assert without.status == 403


@pytest.mark.parametrize("source", ["sourceA", "sourceB"])
def test_a_closed_document_accepts_the_key_of_every_source(cloud: Cloud, source: str) -> None:
    set_variables(cloud, OPEN_DOCS="false")

    response = ask(cloud, "openapi.json", api_key(source))

    assert response.status == 200


@pytest.mark.parametrize("key", [None, "another", "é\ud800"])
def test_a_closed_document_without_a_key_of_a_source_gets_403(
    cloud: Cloud, key: str | None
) -> None:
    set_variables(cloud, OPEN_DOCS="false")

    response = ask(cloud, "openapi.json", key)

    assert response.status == 403
    assert response.document["detail"] == "the header x-api-key must hold a source's key"


def test_the_page_runs_only_its_own_scripts_and_calls_only_its_server(
    cloud: Cloud,
) -> None:
    response = ask(cloud, "docs")

    assert response.status == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = dict(
        each.split(" ", 1) for each in response.headers["Content-Security-Policy"].split("; ")
    )
    scripts = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
    digests = [b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    assert policy["script-src"] == " ".join(f"'sha256-{digest}'" for digest in digests)
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"


def test_the_page_fits_the_limit_of_a_function(cloud: Cloud) -> None:
    response = ask(cloud, "docs")

    assert len(to_json(response.text)) < 3_000_000


def test_a_closed_document_has_no_page(cloud: Cloud) -> None:
    set_variables(cloud, OPEN_DOCS="false")

    response = ask(cloud, "docs", api_key("sourceA"))

    assert response.status == 404
    assert response.headers == {"Content-Type": "application/problem+json"}

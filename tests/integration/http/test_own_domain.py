"""Requests that API Gateway forwards from a custom domain, whose root is the stage."""

import pytest

from ingestion.catalog import OPERATOR, READER
from tests.integration.cloud import Cloud
from tests.support.factories import Json, contract, submission
from tests.support.invocations import request


def by_own_domain(event: Json) -> Json:
    """Return the request as it arrives from a custom domain: without a stage in its path."""
    context = event["requestContext"] | {"path": event["path"], "domainName": "api.example.com"}
    return event | {"requestContext": context}


@pytest.fixture(autouse=True)
def _description(cloud: Cloud) -> None:
    cloud.openapi_file.write_text('{"info": {"description": ""}}')


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (request("b", submission(), source="sourceB"), 202),
        (request("b/uploads", {"name": "x.csv", "size": 5}, source="sourceB"), 201),
        (request("entities/CONTRACT/c-1", contract(), source=OPERATOR, method="PUT"), 202),
        (request("openapi.json", "", method="GET"), 200),
        (request("v1/b", submission(), source="sourceB"), 404),
    ],
    ids=lambda value: value["path"] if isinstance(value, dict) else None,
)
def test_a_custom_domain_has_the_same_paths(cloud: Cloud, event: Json, status: int) -> None:
    assert cloud.ask(by_own_domain(event)).status == status


def test_a_custom_domain_has_the_same_paths_for_readers(cloud: Cloud) -> None:
    event = by_own_domain(request("entities/CONTRACT", "", source=READER, method="GET"))

    assert cloud.query(event)["statusCode"] == 200


def test_the_openapi_document_names_the_custom_domain(cloud: Cloud) -> None:
    response = cloud.ask(by_own_domain(request("openapi.json", "", method="GET")))

    assert response.document["servers"] == [{"url": "https://api.example.com"}]

"""Each answer to payloads fits the schema that the OpenAPI document has for its status."""

from typing import Any

import jsonschema_rs
import pytest

from ingestion.openapi import openapi
from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source, reading
from tests.support.canned import aws_error, intercept

GOOD, BAD, IGNORED = {"id": "a"}, {"id": None}, {"ping": 1}


def fits_document(cloud: Cloud, response: Any) -> bool:
    """Return whether the document has the response's status, media type and schema."""
    document = openapi.document(cloud.api_runtime.catalog)
    described = document["paths"]["/b"]["post"]["responses"][str(response.status)]
    schema = described["content"][response.headers["Content-Type"]]["schema"]
    whole = schema | {"components": document["components"]}
    return bool(jsonschema_rs.Draft202012Validator(whole).is_valid(response.document))


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (GOOD, "application/json", 202),
        ([GOOD, IGNORED], "application/json", 202),
        ([GOOD, BAD, IGNORED, {"id": {}}, 5], "application/json", 207),
        (BAD, "application/json", 422),
        ([], "application/json", 422),
        ({"other": 1}, "application/json", 422),
        ("<a", "text/xml", 400),
        ([GOOD] * 501, "application/json", 413),
        ({"id": "a", "note": "x" * 250_000}, "application/json", 413),
        ("a", "text/plain", 415),
    ],
)
def test_an_answer_is_documented(cloud: Cloud, body: Any, content_type: str, status: int) -> None:
    map_source(
        cloud, reading(when="payload != `5`", fields={"note": "item.note"}), ignore="payload.ping"
    )

    response = cloud.post(body, content_type=content_type)

    assert response.status == status
    assert fits_document(cloud, response)


def test_what_the_topic_does_not_take_is_documented(cloud: Cloud) -> None:
    map_source(cloud, reading())
    intercept(
        cloud.api_runtime.router.sns, "PublishBatch", lambda _: aws_error("AuthorizationError")
    )

    response = cloud.post([GOOD, BAD])

    assert response.status == 503
    assert response.statuses == ["not_taken", "rejected"]
    assert fits_document(cloud, response)

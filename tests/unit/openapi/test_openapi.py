from typing import Any
from urllib.parse import unquote

import pytest
from openapi_spec_validator import validate
from pydantic import create_model

import entities
from ingestion.catalog import Catalog
from ingestion.openapi import openapi
from ingestion.openapi.responses import Problem, Results
from ingestion.openapi.schemas import resolve_models
from tests.support.factories import catalog, catalog_document

URL = "https://api.example.com/v1"
DOCUMENT = openapi.document(catalog(), URL)
SCHEMAS = DOCUMENT["components"]["schemas"]
RESPONSE_MODELS = (Results, Problem)
STATUSES = {202, 207, 400, 403, 404, 413, 415, 422, 429, 503}


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)

    assert DOCUMENT["openapi"].startswith("3.1.")
    assert DOCUMENT["servers"] == [{"url": URL}]


def test_each_source_and_entity_has_its_paths_and_they_need_a_key() -> None:
    paths = {source["path"] for source in catalog_document()["sources"].values()}

    methods = {name: set(item) for name, item in DOCUMENT["paths"].items()}

    assert methods == {
        **{f"/{path}": {"post"} for path in paths},
        **{f"/{path}/uploads": {"post"} for path in paths},
        **{f"/entities/{name}": {"get"} for name in entities.models()},
        **{f"/entities/{name}/{{id}}": {"get", "put", "delete"} for name in entities.models()},
        **{f"/entities/{name}/{{id}}/related": {"get"} for name in entities.models()},
        "/openapi.json": {"get"},
    }
    assert DOCUMENT["security"] == [{"api_key": []}]
    assert DOCUMENT["paths"]["/openapi.json"]["get"]["security"] == [{}, {"api_key": []}]


def test_a_source_of_two_entities_may_post_both_under_its_own_name_only() -> None:
    fields = {"path": "x", "entities": ["CONTRACT", "MILESTONE"], "auth": "api_key"}
    two = Catalog.model_validate({"sources": {"two": fields}})

    one, several = posted(openapi.document(two, URL), "/x")

    assert [each["$ref"].rpartition("/")[2] for each in one["oneOf"]] == [
        *("CONTRACT.operation", "CONTRACT.default", "MILESTONE.operation", "MILESTONE.default")
    ]
    assert one["properties"] == {"source": {"enum": ["two", None]}}
    assert several["items"] == one
    assert several["minItems"] == 1
    assert several["maxItems"] == 500


def test_a_source_may_post_cloudevents_under_its_own_name_only() -> None:
    content = DOCUMENT["paths"]["/b"]["post"]["requestBody"]["content"]

    one = content["application/cloudevents+json"]["schema"]
    several = content["application/cloudevents-batch+json"]["schema"]

    names = [unquote(each["$ref"]).rpartition("/")[2] for each in one["oneOf"]]
    assert names == ["CONTRACT.upsert.cloudevent", "CONTRACT.delete.cloudevent"]
    assert one["properties"] == {"source": {"const": "sourceB"}}
    assert several["items"] == one
    assert several["minItems"] == 0
    assert several["maxItems"] == 500


def test_an_entity_may_have_the_name_of_a_response_model() -> None:
    copies = [create_model(model.__name__, text=(str, ...)) for model in RESPONSE_MODELS]
    references = [{"$ref": model} for model in (*RESPONSE_MODELS, *copies)]

    document = resolve_models({"paths": references, "components": {"schemas": {}}})

    addresses = {each["$ref"].rpartition("/")[2] for each in document["paths"]}
    assert len(addresses) == 4
    assert addresses <= document["components"]["schemas"].keys()


@pytest.mark.parametrize("status", STATUSES)
def test_each_path_of_a_source_documents_each_response(status: int) -> None:
    response = DOCUMENT["components"]["responses"][str(status)]

    media_type = "application/json" if status < 400 else "application/problem+json"
    assert list(response["content"]) == [media_type]
    assert ("Retry-After" in response.get("headers", {})) == (status in (429, 503))
    for source in catalog_document()["sources"].values():
        operation = DOCUMENT["paths"][f"/{source['path']}"]["post"]
        assert {*map(int, operation["responses"])} == STATUSES


def test_every_operation_has_a_tag_and_a_description() -> None:
    tags = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}

    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            assert operation["description"]
            assert {*operation["tags"]} <= tags


def posted(document: Any, path: str) -> Any:
    """Return the schemas of one event and of an array of events."""
    content = document["paths"][path]["post"]["requestBody"]["content"]
    return content["application/json"]["schema"]["oneOf"]

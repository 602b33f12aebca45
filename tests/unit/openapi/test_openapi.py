import json
from typing import Any
from urllib.parse import unquote

import pytest
from openapi_spec_validator import validate
from pydantic import create_model

import entities
from ingestion.catalog import Catalog
from ingestion.openapi import openapi
from ingestion.openapi.bodies import Problem, Results
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
        "/search": {"get"},
        "/": {"get"},
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


def test_every_operation_has_a_description_and_the_tag_of_its_source_or_entity() -> None:
    tags = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}

    used = set()
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            assert operation["description"]
            [tag] = operation["tags"]
            used.add(tag)
    assert tags == used == {*catalog().sources, *entities.models(), "search", "description"}


def test_the_quickstart_names_the_server_and_where_keys_come_from() -> None:
    text = DOCUMENT["info"]["description"]

    assert f"curl -i '{URL}/a' -H \"x-api-key: $KEY\"" in text
    assert f"curl -i '{URL}/entities/EQUIPMENT/equipment-1'" in text
    assert "`make outputs`" in text
    assert "rotate" in text
    assert "{" not in text.replace(event_of_quickstart(text), "")


def event_of_quickstart(text: str) -> str:
    return text.partition("-d '")[2].partition("'")[0]


def test_the_event_of_the_quickstart_is_the_example_of_its_path() -> None:
    event = json.loads(event_of_quickstart(DOCUMENT["info"]["description"]))
    content = DOCUMENT["paths"]["/a"]["post"]["requestBody"]["content"]["application/json"]

    assert event == content["examples"]["one"]["value"]


def test_sources_that_sign_have_no_quickstart_with_a_key() -> None:
    fields = {"path": "x", "entities": ["CONTRACT"], "auth": "hmac"}

    document = openapi.document(Catalog.model_validate({"sources": {"signing": fields}}), URL)

    assert "curl" not in document["info"]["description"]
    assert "## Keys" in document["info"]["description"]


def posted(document: Any, path: str) -> Any:
    """Return the schemas of one event and of an array of events."""
    content = document["paths"][path]["post"]["requestBody"]["content"]
    return content["application/json"]["schema"]["oneOf"]

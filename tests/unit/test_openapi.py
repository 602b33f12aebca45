from typing import Any

import pytest
from openapi_spec_validator import validate

import entities
from ingestion import openapi
from ingestion.catalog import Catalog
from tests.factories import catalog, catalog_document

URL = "https://api.example.com/v1"
DOCUMENT = openapi.document(catalog(), URL)
SCHEMAS = DOCUMENT["components"]["schemas"]
ANSWERS = {202, 207, 400, 403, 404, 413, 415, 422, 429, 503}


def test_the_document_is_sound_openapi() -> None:
    validate(DOCUMENT)

    assert DOCUMENT["openapi"].startswith("3.1.")
    assert DOCUMENT["servers"] == [{"url": URL}]


def test_every_source_has_its_path_and_needs_its_key() -> None:
    paths = {source["path"] for source in catalog_document()["sources"].values()}

    assert {name: set(item) for name, item in DOCUMENT["paths"].items()} == {
        f"/{path}": {"post"} for path in paths
    }
    assert DOCUMENT["security"] == [{"api_key": []}]


def test_a_source_of_two_entities_may_post_either_as_itself_alone() -> None:
    fields = {"path": "x", "entities": ["CONTRACT", "MILESTONE"], "auth": "api_key"}
    two = Catalog.model_validate({"sources": {"two": fields}})

    one, several = posted(openapi.document(two, URL), "/x")

    assert [each["$ref"].rpartition("/")[2] for each in one["oneOf"]] == [
        *("CONTRACT.upsert", "CONTRACT.delete", "MILESTONE.upsert", "MILESTONE.delete")
    ]
    assert one["properties"] == {"source": {"enum": ["two", None]}}
    assert (several["items"], several["minItems"], several["maxItems"]) == (one, 1, 500)


@pytest.mark.parametrize("status", ANSWERS)
def test_every_documented_answer_is_there(status: int) -> None:
    answer = DOCUMENT["components"]["responses"][str(status)]

    media_type = "application/json" if status < 400 else "application/problem+json"
    assert [*answer["content"]] == [media_type]
    assert ("Retry-After" in answer["headers"]) == (status in (429, 503))
    for path in DOCUMENT["paths"].values():
        assert {*map(int, path["post"]["responses"])} == ANSWERS


@pytest.mark.parametrize("name", entities.models())
def test_an_upsert_holds_the_whole_entity_and_a_delete_its_key(name: str) -> None:
    upsert, delete = (body_of(f"{name}.{operation}") for operation in ("upsert", "delete"))

    assert [*upsert["properties"]] == [*entities.models()[name].model_fields]
    assert [*delete["properties"]] == delete["required"] == [f"{name.lower()}_id"]
    assert not upsert["additionalProperties"]
    assert not delete["additionalProperties"]


def test_an_operation_may_be_left_out_of_an_upsert_alone() -> None:
    assert SCHEMAS["CONTRACT.upsert"]["required"] == ["entity_name", "body"]
    assert SCHEMAS["CONTRACT.delete"]["required"] == ["entity_name", "body", "operation"]


def test_lengths_formats_and_codes_are_the_models() -> None:
    event_id, _ = SCHEMAS["MILESTONE.upsert"]["properties"]["id"]["anyOf"]
    fields = SCHEMAS["Milestone"]["properties"]

    assert (event_id["minLength"], event_id["maxLength"]) == (1, 256)
    assert SCHEMAS["MILESTONE.upsert"]["properties"]["time"]["anyOf"][0]["format"] == "date-time"
    assert (fields["milestone_id"]["minLength"], fields["milestone_id"]["maxLength"]) == (1, 512)
    assert fields["end_date"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert fields["contract_id"]["x-references"] == "CONTRACT"
    assert SCHEMAS["Contract"]["properties"]["contract_type"]["enum"] == [
        *("goods", "works", "services")
    ]


def posted(document: Any, path: str) -> Any:
    """The schemas of one event and of several."""
    content = document["paths"][path]["post"]["requestBody"]["content"]
    return content["application/json"]["schema"]["oneOf"]


def body_of(name: str) -> Any:
    """The schema of the body of what is posted."""
    return SCHEMAS[SCHEMAS[name]["properties"]["body"]["$ref"].rpartition("/")[2]]

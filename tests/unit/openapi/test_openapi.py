from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from urllib.parse import unquote

import pytest
from openapi_spec_validator import validate
from pydantic import Field, create_model

import entities
from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, references
from ingestion.catalog import Catalog
from ingestion.event import Event
from ingestion.intake.cloudevents import STRUCTURED
from ingestion.intake.submission import NATIVE, Caller, admit_all
from ingestion.openapi import openapi
from ingestion.openapi.responses import Problem, Results
from ingestion.openapi.schemas import example, resolve_models
from tests.support.factories import catalog, catalog_document

URL = "https://api.example.com/v1"
DOCUMENT = openapi.document(catalog(), URL)
SCHEMAS = DOCUMENT["components"]["schemas"]
ANSWER_MODELS = (Results, Problem)
ANSWERS = {202, 207, 400, 403, 404, 413, 415, 422, 429, 503}


def test_the_document_is_sound_openapi() -> None:
    validate(DOCUMENT)

    assert DOCUMENT["openapi"].startswith("3.1.")
    assert DOCUMENT["servers"] == [{"url": URL}]


def test_every_source_and_entity_has_its_paths_and_they_need_a_key() -> None:
    paths = {source["path"] for source in catalog_document()["sources"].values()}

    assert {name: set(item) for name, item in DOCUMENT["paths"].items()} == {
        **{f"/{path}": {"post"} for path in paths},
        **{f"/{path}/uploads": {"post"} for path in paths},
        **{f"/entities/{name}": {"get"} for name in entities.models()},
        **{f"/entities/{name}/{{id}}": {"get", "put", "delete"} for name in entities.models()},
        **{f"/entities/{name}/{{id}}/related": {"get"} for name in entities.models()},
        "/openapi.json": {"get"},
    }
    assert DOCUMENT["security"] == [{"api_key": []}]
    assert DOCUMENT["paths"]["/openapi.json"]["get"]["security"] == [{}, {"api_key": []}]


def test_every_path_says_how_its_source_shows_who_it_is() -> None:
    principals = ["arn:aws:iam::123456789012:role/sender"]
    sources: dict[str, Any] = {
        "key": {"path": "k", "auth": "api_key"},
        "signs": {"path": "h", "auth": "hmac"},
        "aws": {"path": "i", "auth": "iam", "principals": principals},
    }
    entries = {name: it | {"entities": ["CONTRACT"]} for name, it in sources.items()}

    made = openapi.document(Catalog.model_validate({"sources": entries}), URL)

    validate(made)
    assert set(made["components"]["securitySchemes"]) == {"api_key", "hmac", "iam"}
    for end in ("", "/uploads"):
        key, signs, aws = (made["paths"][f"/{path}{end}"]["post"] for path in "khi")
        assert "security" not in key  # As the whole document says.
        assert (signs["security"], aws["security"]) == ([{"hmac": []}], [{"iam": []}])
        assert [it["name"] for it in signs["parameters"]] == ["webhook-id", "webhook-timestamp"]
        assert {"401", "409"} <= signs["responses"].keys()
        assert not {"401", "409"} & {*key["responses"], *aws["responses"]}
    by_binary_mode = "as headers `ce-…`"
    key, signs = (made["paths"][f"/{path}"]["post"]["requestBody"] for path in "kh")
    assert by_binary_mode in key["description"]
    assert by_binary_mode not in signs["description"]


def test_a_way_that_no_source_uses_is_not_told() -> None:
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"api_key"}


def test_a_source_of_two_entities_may_post_either_as_itself_alone() -> None:
    fields = {"path": "x", "entities": ["CONTRACT", "MILESTONE"], "auth": "api_key"}
    two = Catalog.model_validate({"sources": {"two": fields}})

    one, several = posted(openapi.document(two, URL), "/x")

    assert [each["$ref"].rpartition("/")[2] for each in one["oneOf"]] == [
        *("CONTRACT.upsert", "CONTRACT.delete", "MILESTONE.upsert", "MILESTONE.delete")
    ]
    assert one["properties"] == {"source": {"enum": ["two", None]}}
    assert (several["items"], several["minItems"], several["maxItems"]) == (one, 1, 500)


def test_a_source_may_post_cloudevents_of_its_own_alone() -> None:
    content = DOCUMENT["paths"]["/b"]["post"]["requestBody"]["content"]

    one = content["application/cloudevents+json"]["schema"]
    several = content["application/cloudevents-batch+json"]["schema"]

    names = [unquote(each["$ref"]).rpartition("/")[2] for each in one["oneOf"]]
    assert names == ["CONTRACT.upsert.cloudevent", "CONTRACT.delete.cloudevent"]
    assert one["properties"] == {"source": {"const": "sourceB"}}
    assert (several["items"], several["minItems"], several["maxItems"]) == (one, 1, 500)


@pytest.mark.parametrize(("operation", "data"), [("upsert", "Contract"), ("delete", "ContractKey")])
def test_a_cloudevent_tells_entity_and_operation_by_its_type(operation: str, data: str) -> None:
    schema = SCHEMAS[f"CONTRACT.{operation}.cloudevent"]

    assert schema["properties"]["type"] == {"const": f"contract.{operation}"}
    assert schema["properties"]["data"] == {"$ref": f"#/components/schemas/{data}"}
    assert schema["required"] == ["specversion", "id", "source", "type", "data"]


def test_an_entity_may_have_the_name_of_an_answer() -> None:
    twins = [create_model(model.__name__, text=(str, ...)) for model in ANSWER_MODELS]
    references = [{"$ref": model} for model in (*ANSWER_MODELS, *twins)]

    made = resolve_models({"paths": references, "components": {"schemas": {}}})

    addresses = {each["$ref"].rpartition("/")[2] for each in made["paths"]}
    assert len(addresses) == 4
    assert addresses <= made["components"]["schemas"].keys()


@pytest.mark.parametrize("status", ANSWERS)
def test_every_documented_answer_is_there(status: int) -> None:
    answer = DOCUMENT["components"]["responses"][str(status)]

    media_type = "application/json" if status < 400 else "application/problem+json"
    assert [*answer["content"]] == [media_type]
    assert ("Retry-After" in answer.get("headers", {})) == (status in (429, 503))
    for source in catalog_document()["sources"].values():
        operation = DOCUMENT["paths"][f"/{source['path']}"]["post"]
        assert {*map(int, operation["responses"])} == ANSWERS


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


@pytest.mark.parametrize("source", catalog().sources)
def test_every_example_would_be_accepted(source: str) -> None:
    entry = catalog().sources[source]
    caller = Caller(source, entry)
    content = DOCUMENT["paths"][f"/{entry.path}"]["post"]["requestBody"]["content"]

    plain, cloudevent, batch = (media_type["example"] for media_type in content.values())

    assert batch == [cloudevent]
    for form, item in ((NATIVE, plain), (STRUCTURED, cloudevent)):
        [result] = admit_all([item], caller, datetime.now(UTC), form)
        assert isinstance(result, Event), f"{result.detail}: give the field `examples`"


def test_a_field_may_have_examples_of_its_own() -> None:
    class Valve(Entity):
        entity_name: ClassVar[str] = "VALVE"

        valve_id: EntityId
        code: Annotated[str, Field(pattern="^V", examples=["V-1"])]
        diameter: Number
        made_on: CalendarDate | None
        is_open: bool
        parts: list[str]
        contract_id: Annotated[EntityId, references("CONTRACT")]

    assert Valve.model_validate(example(Valve)).model_dump(mode="json") == {
        "valve_id": "valve-1",
        "code": "V-1",
        "diameter": "1",
        "made_on": "2026-01-31",
        "is_open": True,
        "parts": [],
        "contract_id": "contract-1",
    }


def posted(document: Any, path: str) -> Any:
    """The schemas of one event and of several."""
    content = document["paths"][path]["post"]["requestBody"]["content"]
    return content["application/json"]["schema"]["oneOf"]


def body_of(name: str) -> Any:
    """The schema of the body of what is posted."""
    return SCHEMAS[SCHEMAS[name]["properties"]["body"]["$ref"].rpartition("/")[2]]

import json
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
from ingestion.intake.submission import NATIVE, Caller, events_of
from ingestion.openapi import openapi
from ingestion.openapi.responses import Problem, Results
from ingestion.openapi.schemas import example, resolve_models
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


def document_of_three_authentications() -> Any:
    """Return the document of the sources k with a key, h with a signature, and i with IAM."""
    principals = ["arn:aws:iam::123456789012:role/sender"]
    sources: dict[str, Any] = {
        "key": {"path": "k", "auth": "api_key"},
        "signs": {"path": "h", "auth": "hmac"},
        "aws": {"path": "i", "auth": "iam", "principals": principals},
    }
    entries = {name: fields | {"entities": ["CONTRACT"]} for name, fields in sources.items()}
    return openapi.document(Catalog.model_validate({"sources": entries}), URL)


def test_each_authentication_of_the_sources_is_a_security_scheme() -> None:
    document = document_of_three_authentications()

    validate(document)
    assert set(document["components"]["securitySchemes"]) == {"api_key", "hmac", "iam"}


@pytest.mark.parametrize("end", ["", "/uploads"])
def test_each_path_states_how_its_source_authenticates(end: str) -> None:
    paths = document_of_three_authentications()["paths"]

    key, signature, iam = (paths[f"/{path}{end}"]["post"] for path in "khi")

    headers = [header["name"] for header in signature["parameters"]]
    assert "security" not in key  # The document's own security applies.
    assert signature["security"] == [{"hmac": []}]
    assert iam["security"] == [{"iam": []}]
    assert headers == ["webhook-id", "webhook-timestamp"]
    assert {"401", "409"} <= signature["responses"].keys()
    assert {"401", "409"}.isdisjoint({*key["responses"], *iam["responses"]})


def test_only_a_source_that_does_not_sign_may_post_in_binary_mode() -> None:
    paths = document_of_three_authentications()["paths"]

    key, signature = (paths[f"/{path}"]["post"]["requestBody"] for path in "kh")

    binary_mode = "as headers `ce-…`"
    assert binary_mode in key["description"]
    assert binary_mode not in signature["description"]


def test_an_authentication_that_no_source_uses_is_left_out() -> None:
    assert set(DOCUMENT["components"]["securitySchemes"]) == {"api_key"}


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


@pytest.mark.parametrize("operation", ["upsert", "delete"])
def test_the_type_of_a_cloudevent_names_the_entity_and_the_operation(operation: str) -> None:
    schema = SCHEMAS[f"CONTRACT.{operation}.cloudevent"]

    assert schema["properties"]["type"] == {"const": f"contract.{operation}"}
    assert schema["required"] == ["specversion", "id", "source", "type"]


def test_an_upsert_as_a_cloudevent_holds_the_entity_and_a_delete_anything_with_the_id() -> None:
    upsert, delete = (
        SCHEMAS[f"CONTRACT.{operation}.cloudevent"]["properties"]["data"]
        for operation in ("upsert", "delete")
    )

    assert upsert == {"anyOf": [{"$ref": "#/components/schemas/Contract"}, {"type": "null"}]}
    assert delete["type"] == ["object", "null"]
    assert list(delete["properties"]) == ["contract_id"]


@pytest.mark.parametrize(
    ("operation", "places"),
    [("upsert", ["data", "data_base64"]), ("delete", ["data", "data_base64", "subject"])],
)
def test_a_cloudevent_has_its_data_in_one_place(operation: str, places: list[str]) -> None:
    alternatives = SCHEMAS[f"CONTRACT.{operation}.cloudevent"]["oneOf"]

    assert [each["required"] for each in alternatives] == [[place] for place in places]


def test_an_entity_may_have_the_name_of_a_response_model() -> None:
    twins = [create_model(model.__name__, text=(str, ...)) for model in RESPONSE_MODELS]
    references = [{"$ref": model} for model in (*RESPONSE_MODELS, *twins)]

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


@pytest.mark.parametrize("name", entities.models())
def test_an_upsert_holds_the_whole_entity_and_a_delete_its_key(name: str) -> None:
    upsert, delete = (body_of(f"{name}.{operation}") for operation in ("upsert", "delete"))

    assert list(upsert["properties"]) == list(entities.models()[name].model_fields)
    assert list(delete["properties"]) == [f"{name.lower()}_id"]
    assert delete["required"] == [f"{name.lower()}_id"]
    assert not upsert["additionalProperties"]
    assert not delete["additionalProperties"]


def test_the_operation_discriminates_events_and_an_upsert_may_leave_it_out() -> None:
    address = "#/components/schemas/CONTRACT."

    event = SCHEMAS["CONTRACT.operation"]

    assert event["oneOf"] == [{"$ref": f"{address}upsert"}, {"$ref": f"{address}delete"}]
    assert event["discriminator"] == {
        "propertyName": "operation",
        "mapping": {"upsert": f"{address}upsert", "delete": f"{address}delete"},
    }
    for operation in ("upsert", "delete"):
        schema = SCHEMAS[f"CONTRACT.{operation}"]
        assert schema["required"] == ["entity_name", "body", "operation"]
        assert schema["properties"]["operation"]["const"] == operation
    assert "operation" not in SCHEMAS["CONTRACT.default"]["properties"]
    assert not SCHEMAS["CONTRACT.default"]["additionalProperties"]


def test_no_field_has_null_as_its_default() -> None:
    assert '"default": null' not in json.dumps(DOCUMENT)


def test_every_operation_has_a_tag_and_a_description() -> None:
    tags = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}

    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            assert operation["description"]
            assert {*operation["tags"]} <= tags


def test_the_schemas_have_the_lengths_formats_and_codes_of_the_models() -> None:
    event_id, _ = SCHEMAS["MILESTONE.upsert"]["properties"]["id"]["anyOf"]
    time, _ = SCHEMAS["MILESTONE.upsert"]["properties"]["time"]["anyOf"]
    fields = SCHEMAS["Milestone"]["properties"]

    assert event_id["minLength"] == 1
    assert event_id["maxLength"] == 256
    assert time["anyOf"][0]["format"] == "date-time"
    assert fields["milestone_id"]["minLength"] == 1
    assert fields["milestone_id"]["maxLength"] == 512
    assert fields["end_date"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert fields["end_date"]["description"].startswith("Not before start_date. ")
    assert fields["contract_id"]["x-references"] == "CONTRACT"
    assert SCHEMAS["Contract"]["properties"]["contract_type"]["enum"] == [
        *("goods", "works", "services")
    ]


@pytest.mark.parametrize("source", catalog().sources)
def test_each_example_is_accepted(source: str) -> None:
    entry = catalog().sources[source]
    caller = Caller(source, entry)
    content = DOCUMENT["paths"][f"/{entry.path}"]["post"]["requestBody"]["content"]

    plain, cloudevent, batch = (media_type["example"] for media_type in content.values())

    assert batch == [cloudevent]
    for form, item in ((NATIVE, plain), (STRUCTURED, cloudevent)):
        [result] = events_of([item], caller, datetime.now(UTC), form)
        assert isinstance(result, Event), f"{result.detail}: give the field `examples`"


def test_the_example_of_an_entity_uses_the_examples_of_its_fields() -> None:
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
    """Return the schemas of one event and of an array of events."""
    content = document["paths"][path]["post"]["requestBody"]["content"]
    return content["application/json"]["schema"]["oneOf"]


def body_of(name: str) -> Any:
    """Return the schema of the body of this message."""
    return SCHEMAS[SCHEMAS[name]["properties"]["body"]["$ref"].rpartition("/")[2]]

"""The schemas of events: plain and as CloudEvents, with their entities and examples."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field

import entities
from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, references
from ingestion.event import Event
from ingestion.intake.cloudevents import STRUCTURED
from ingestion.intake.submission import NATIVE, Caller, events_of
from ingestion.openapi import openapi
from ingestion.openapi.schemas import example
from tests.support.factories import catalog

DOCUMENT = openapi.document(catalog(), "https://api.example.com/v1")
SCHEMAS = DOCUMENT["components"]["schemas"]


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

    native, structured, batch = content.values()
    one, several = (named["value"] for named in native["examples"].values())
    cloudevent = structured["example"]

    assert batch["example"] == [cloudevent]
    for form, items in ((NATIVE, [one]), (NATIVE, several), (STRUCTURED, [cloudevent])):
        for result in events_of(items, caller, datetime.now(UTC), form):
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


def body_of(name: str) -> Any:
    """Return the schema of the body of this message."""
    return SCHEMAS[SCHEMAS[name]["properties"]["body"]["$ref"].rpartition("/")[2]]

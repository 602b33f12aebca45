"""The path of a source with rules takes any payload, and its answers name rule and item."""

from typing import Any

from openapi_spec_validator import validate

from ingestion.catalog import Catalog
from ingestion.openapi import openapi
from tests.support.factories import catalog_document

URL = "https://api.example.com/v1"


def document(**keys: Any) -> Any:
    """Return the document of the shipped catalog, with rules for sourceA and sourceB."""
    catalog = catalog_document()
    for source, entity in (("sourceA", "EQUIPMENT"), ("sourceB", "CONTRACT")):
        catalog["sources"][source] |= {"map": [{"entity": entity, "id": "item.id"}], **keys}
    return openapi.document(Catalog.model_validate(catalog), URL)


def test_the_body_may_be_json_a_form_or_xml() -> None:
    found = document()

    validate(found)
    body = found["paths"]["/a"]["post"]["requestBody"]
    assert set(body["content"]) == {
        *("application/json", "application/x-www-form-urlencoded"),
        *("application/xml", "text/xml"),
    }
    assert body["content"]["application/json"]["schema"] == {}
    assert "EQUIPMENT.upsert" not in found["components"]["schemas"]
    assert "MILESTONE.upsert" in found["components"]["schemas"]


def test_a_form_that_holds_json_names_its_field() -> None:
    body = document(form={"json": "payload"})["paths"]["/a"]["post"]["requestBody"]

    form = body["content"]["application/x-www-form-urlencoded"]
    assert form["schema"]["required"] == ["payload"]
    assert form["example"] == {"payload": "{}"}


def test_the_answers_are_those_of_payloads() -> None:
    found = document()

    responses = found["paths"]["/a"]["post"]["responses"]
    accepted = responses["202"]["content"]["application/json"]["schema"]["$ref"]
    assert accepted == "#/components/schemas/PayloadResults"
    assert found["components"]["schemas"]["RefusedItem"]["required"] == ["index", "status"]
    assert set(responses) == {"202", "207", "400", "403", "404", "413", "415", "422", "429", "503"}


def test_the_quickstart_posts_to_a_source_without_rules() -> None:
    introduction = document()["info"]["description"]

    assert "Post an event as `sourceC`" in introduction

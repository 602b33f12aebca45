"""Callers may send a `Number` as a number or a text. It leaves as a text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.catalog import Catalog
from ingestion.openapi import asyncapi, openapi
from tests.support import people
from tests.support.factories import Json, catalog_document

SENT = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}


@pytest.fixture(autouse=True)
def _people(tmp_path: Path) -> Iterator[None]:
    """Add an entity with the `Number` "salary"."""
    with people.known(tmp_path):
        yield


def described() -> Json:
    """Return the OpenAPI document of a catalog whose sourceB sends persons."""
    document = catalog_document()
    document["sources"]["sourceB"]["entities"] = ["PERSON"]
    return openapi.document(Catalog.model_validate(document), "/")


def salary(document: Json, model: Any) -> Json:
    """Return the schema of the field, from the model that a schema refers to."""
    schema = document["components"]["schemas"][model["$ref"].rpartition("/")[2]]
    number: Json = schema["properties"]["salary"]["anyOf"][0]
    return number


def test_a_posted_number_may_be_a_number_or_a_text() -> None:
    document = described()

    event = document["components"]["schemas"]["PERSON.upsert"]
    body = document["paths"]["/entities/PERSON/{id}"]["put"]["requestBody"]
    corrected = body["content"]["application/json"]["schema"]["properties"]["salary"]["anyOf"][0]
    posted = salary(document, event["properties"]["body"])
    assert posted["type"] == ["number", "string"]
    assert corrected == posted


def test_the_read_api_returns_a_number_as_text() -> None:
    document = described()

    stored = document["components"]["schemas"]["StoredPerson"]["properties"]["entity"]

    assert salary(document, stored) == SENT


def test_what_is_posted_and_what_is_read_have_different_titles() -> None:
    schemas = described()["components"]["schemas"]

    titles = [schema["title"] for name, schema in schemas.items() if name.startswith("Person-")]

    assert titles == ["Person-Input", "Person-Output"]


def test_a_change_holds_a_number_as_text() -> None:
    document = asyncapi.document("arn:aws:sns:eu-central-1:123456789012:changes.fifo")

    message = document["components"]["messages"]["person_updated"]
    sides = message["payload"]["allOf"][1]["properties"]["data"]["properties"]
    for side in ("before", "after"):
        assert salary(document, sides[side]["anyOf"][0]) == SENT

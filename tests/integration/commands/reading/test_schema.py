"""`ingest schema` prints the schema of an entity."""

from jsonschema import Draft202012Validator

from tests.integration.commands.output import document
from tests.integration.conftest import Ingest
from tests.support.factories import contract


def test_schema_prints_what_the_api_accepts_as_a_document_of_its_own(run: Ingest) -> None:
    schema = document(run("schema", "CONTRACT"))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:ingestion:CONTRACT"
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid(contract("c-1"))
    assert not validator.is_valid(contract("c#1"))

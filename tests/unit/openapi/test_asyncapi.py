import warnings
from typing import Any

import pytest
from jsonschema import Draft7Validator

import entities
from ingestion.openapi import asyncapi
from ingestion.store.change import KINDS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pydantic warns about a field of asyncapi3 named `schema`.
    from asyncapi3 import AsyncAPI3

TOPIC = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes.fifo"
DOCUMENT = asyncapi.document(TOPIC)
MESSAGES = DOCUMENT["components"]["messages"]


def test_the_document_is_valid_asyncapi() -> None:
    AsyncAPI3.model_validate(DOCUMENT)

    assert DOCUMENT["asyncapi"] == "3.0.0"


def test_the_channel_is_the_fifo_topic_and_the_platform_sends_to_it() -> None:
    channel = DOCUMENT["channels"]["changes"]

    assert channel["address"] == TOPIC
    assert channel["bindings"]["sns"]["ordering"]["type"] == "FIFO"
    [operation] = DOCUMENT["operations"].values()
    assert operation["action"] == "send"


def test_there_is_a_message_for_each_entity_and_kind() -> None:
    expected = {f"{name.lower()}_{kind}" for name in entities.models() for kind in KINDS}

    names = {message["name"] for message in MESSAGES.values()}

    assert MESSAGES.keys() == expected
    assert DOCUMENT["channels"]["changes"]["messages"].keys() == expected
    assert names == {name.replace("_", ".") for name in expected}


@pytest.mark.parametrize("name", entities.models())
def test_a_created_entity_has_null_before_and_a_deleted_entity_has_null_after(name: str) -> None:
    created, deleted = (data_of(f"{name.lower()}_{kind}") for kind in ("created", "deleted"))

    model = created["after"]["anyOf"][0]["$ref"].rpartition("/")[2]
    fields = DOCUMENT["components"]["schemas"][model]["properties"]
    assert created["before"] == {"type": "null"}
    assert deleted["after"] == {"type": "null"}
    assert created["after"] == deleted["before"]
    assert list(fields) == list(entities.models()[name].model_fields)


def data_of(message: str) -> Any:
    """Return the schemas of the members of the message's data."""
    return MESSAGES[message]["payload"]["allOf"][1]["properties"]["data"]["properties"]


def test_the_headers_describe_the_attributes_that_subscribers_filter_by() -> None:
    headers = MESSAGES["milestone_deleted"]["headers"]

    assert headers["required"] == ["entity_name", "kind", "source"]
    assert headers["properties"]["entity_name"] == {"const": "MILESTONE"}
    assert headers["properties"]["kind"] == {"const": "deleted"}


def test_each_schema_is_valid_and_has_no_rule_beside_a_reference() -> None:
    """AsyncAPI uses JSON Schema draft 7, which ignores all members beside a $ref."""
    for message in MESSAGES.values():
        Draft7Validator.check_schema(message["payload"])
    for schema in objects(DOCUMENT):
        assert "$ref" not in schema or len(schema) == 1


def objects(node: Any) -> list[dict[str, Any]]:
    """Return all JSON objects of the document, at any depth."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    found = [inner for child in children for inner in objects(child)]
    return [*found, node] if isinstance(node, dict) else found

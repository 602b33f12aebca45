import warnings
from typing import Any

import pytest
from jsonschema import Draft7Validator

import entities
from ingestion.openapi import asyncapi
from ingestion.store.change import KINDS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # A field of theirs is called `schema`.
    from asyncapi3 import AsyncAPI3

TOPIC = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes.fifo"
DOCUMENT = asyncapi.document(TOPIC)
MESSAGES = DOCUMENT["components"]["messages"]


def test_the_document_is_sound_asyncapi() -> None:
    AsyncAPI3.model_validate(DOCUMENT)

    assert DOCUMENT["asyncapi"] == "3.0.0"


def test_the_channel_is_the_ordered_topic() -> None:
    channel = DOCUMENT["channels"]["changes"]

    assert channel["address"] == TOPIC
    assert channel["bindings"]["sns"]["ordering"]["type"] == "FIFO"
    assert DOCUMENT["operations"]["tell"]["action"] == "send"


def test_there_is_a_message_for_each_entity_and_kind() -> None:
    expected = {f"{name.lower()}_{kind}" for name in entities.models() for kind in KINDS}

    assert MESSAGES.keys() == DOCUMENT["channels"]["changes"]["messages"].keys() == expected
    assert {message["name"] for message in MESSAGES.values()} == {
        name.replace("_", ".") for name in expected
    }


@pytest.mark.parametrize("name", entities.models())
def test_what_was_not_there_before_or_is_not_there_after_is_null(name: str) -> None:
    created, deleted = (
        MESSAGES[f"{name.lower()}_{kind}"]["payload"]["allOf"][1]["properties"]["data"][
            "properties"
        ]
        for kind in ("created", "deleted")
    )

    assert created["before"] == deleted["after"] == {"type": "null"}
    assert created["after"] == deleted["before"]
    model = created["after"]["anyOf"][0]["$ref"].rpartition("/")[2]
    fields = DOCUMENT["components"]["schemas"][model]["properties"]
    assert [*fields] == [*entities.models()[name].model_fields]


def test_the_headers_are_what_subscribers_filter_by() -> None:
    headers = MESSAGES["milestone_deleted"]["headers"]

    assert headers["required"] == ["entity_name", "kind", "source"]
    assert headers["properties"]["entity_name"] == {"const": "MILESTONE"}
    assert headers["properties"]["kind"] == {"const": "deleted"}


def test_every_schema_is_sound_and_no_rule_hides_beside_a_reference() -> None:
    """Draft 7, which AsyncAPI speaks, reads nothing beside a $ref."""
    for message in MESSAGES.values():
        Draft7Validator.check_schema(message["payload"])
    for schema in objects(DOCUMENT):
        assert "$ref" not in schema or len(schema) == 1


def objects(node: Any) -> list[dict[str, Any]]:
    """Every JSON object of a document."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    found = [inner for child in children for inner in objects(child)]
    return [*found, node] if isinstance(node, dict) else found

"""The AsyncAPI document of the change feed, made from the models."""

import entities
from entities.base import Entity
from ingestion.openapi.schemas import Json, resolve_models
from ingestion.store.change import KINDS, Change, Kind

CONTENT_TYPE = "application/cloudevents+json"
_NOTHING: Json = {"type": "null"}


def document(topic_arn: str) -> Json:
    """Return the AsyncAPI document: the topic has a message for each entity and kind of change."""
    messages = {
        f"{name.lower()}_{kind}": _message(model, kind)
        for name, model in entities.models().items()
        for kind in KINDS
    }
    made = {
        "asyncapi": "3.0.0",
        "id": "urn:ingestion:changes",
        "info": {
            "title": "Ingestion: change feed",
            "version": "1",
            "description": "Every change of an entity, in order within the entity, at least once.",
            "license": {"name": "Apache-2.0"},
            "tags": [
                {"name": name, "description": f"Changes of {name}."} for name in entities.models()
            ],
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {"changes": _channel(topic_arn, list(messages))},
        "operations": {
            "publish": {
                "action": "send",
                "channel": {"$ref": "#/channels/changes"},
                "summary": "Publishes a change of an entity after the table has stored the change.",
            }
        },
        "components": {"messages": messages, "schemas": {}},
    }
    return resolve_models(made)


def _channel(topic_arn: str, messages: list[str]) -> Json:
    ordering = {"type": "FIFO", "contentBasedDeduplication": False}
    name = topic_arn.rpartition(":")[2]
    return {
        "address": topic_arn,
        "description": "An SNS FIFO topic. Subscribers filter by the messages' headers.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"sns": {"name": name, "ordering": ordering, "bindingVersion": "0.1.0"}},
    }


def _message(model: type[Entity], kind: Kind) -> Json:
    entity_name, message_type = model.entity_name, f"{model.entity_name.lower()}.{kind}"
    entity = {"anyOf": [{"$ref": model}, _NOTHING]}
    sides = {
        "before": _NOTHING if kind == "created" else entity,
        "after": _NOTHING if kind == "deleted" else entity,
    }
    fixed = {"type": {"const": message_type}, "data": {"properties": sides}}
    # The message attributes.
    headers = {
        "entity_name": {"const": entity_name},
        "kind": {"const": kind},
        "source": {"type": "string"},
    }
    return {
        "name": message_type,
        "title": f"{entity_name} {kind}".capitalize(),
        "summary": f"One {entity_name} was {kind}.",
        "tags": [{"name": entity_name}],
        "contentType": CONTENT_TYPE,
        "headers": {"type": "object", "properties": headers, "required": list(headers)},
        "payload": {"allOf": [{"$ref": Change}, {"properties": fixed}]},
    }

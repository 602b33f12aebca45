"""The AsyncAPI document of the change feed, made from the models."""

from pydantic import BaseModel, TypeAdapter

import entities
from ingestion.openapi.schemas import Json, Portable
from ingestion.store.change import KINDS, Change, Kind

CONTENT_TYPE = "application/cloudevents+json"
_SCHEMAS = "#/components/schemas/{model}"
_NOTHING: Json = {"type": "null"}


def document(topic_arn: str) -> Json:
    """What the topic tells: a message for each entity and kind of change."""
    references, schemas = _schemas()
    messages = {
        f"{name.lower()}_{kind}": _message(name, kind, references)
        for name in entities.models()
        for kind in KINDS
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Ingestion: change feed",
            "version": "1",
            "description": "Every change of an entity, in order within the entity, at least once.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {"changes": _channel(topic_arn, list(messages))},
        "operations": {
            "tell": {
                "action": "send",
                "channel": {"$ref": "#/channels/changes"},
                "summary": "Tells what became of an entity, once the table holds it.",
            }
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _channel(topic_arn: str, messages: list[str]) -> Json:
    ordering = {"type": "FIFO", "contentBasedDeduplication": False}
    name = topic_arn.rpartition(":")[2]
    return {
        "address": topic_arn,
        "description": "An SNS FIFO topic; subscribers filter by the messages' headers.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"sns": {"name": name, "ordering": ordering, "bindingVersion": "0.1.0"}},
    }


def _message(entity_name: str, kind: Kind, references: dict[str, Json]) -> Json:
    entity = {"anyOf": [references[entity_name], _NOTHING]}
    sides = {
        "before": _NOTHING if kind == "created" else entity,
        "after": _NOTHING if kind == "deleted" else entity,
    }
    message_type = f"{entity_name.lower()}.{kind}"
    itself = {"type": {"const": message_type}, "data": {"properties": sides}}
    return {
        "name": message_type,
        "title": f"{entity_name} {kind}".capitalize(),
        "contentType": CONTENT_TYPE,
        "headers": _headers(entity_name, kind),
        "payload": {"allOf": [references[Change.__name__], {"properties": itself}]},
    }


def _headers(entity_name: str, kind: Kind) -> Json:
    """The message attributes."""
    properties = {
        "entity_name": {"const": entity_name},
        "kind": {"const": kind},
        "source": {"type": "string"},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _schemas() -> tuple[dict[str, Json], Json]:
    """Where each model's schema is, and the schemas."""
    # An entity's name is in capitals, so that none is Change's.
    models: dict[str, type[BaseModel]] = {Change.__name__: Change, **entities.models()}
    references, made = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(model)) for name, model in models.items()],
        ref_template=_SCHEMAS,
        schema_generator=Portable,
    )
    return {name: references[name, "validation"] for name in models}, made["$defs"]

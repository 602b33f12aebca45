"""Sound examples of what a source may post, made from the entities' own schemas."""

from typing import Any

from entities.base import Entity, id_field
from ingestion.openapi.schemas import Json, Portable


def example(model: type[Entity]) -> Json:
    """The required fields; a field whose rules no schema tells needs `examples` of its own."""
    schema = model.model_json_schema(schema_generator=Portable)
    fields = {name: schema["properties"][name] for name in schema["required"]}
    return {
        name: _id(model.entity_name) if name == model.id_field() else _value(field)
        for name, field in fields.items()
    }


def _id(entity_name: str) -> str:
    return f"{entity_name.lower()}-1"


def _value(field: Json) -> Any:
    if "anyOf" in field:
        return _value(field["anyOf"][0])
    if "x-references" in field:
        return _id(field["x-references"])
    for key in ("examples", "enum"):
        if key in field:
            return field[key][0]
    by_format = {"date": "2026-01-31"}
    by_type = {"array": [], "boolean": True, "string": "text"}
    return by_format.get(field.get("format", "")) or by_type.get(str(field.get("type")), 1)


def submission_example(model: type[Entity]) -> Json:
    """An upsert in the platform's own form."""
    return {"entity_name": model.entity_name, "body": example(model)}


def cloudevent_example(model: type[Entity], source: str) -> Json:
    """The same as a CloudEvent."""
    body = example(model)
    return {
        "specversion": "1.0",
        "id": "event-1",
        "source": source,
        "type": f"{model.entity_name.lower()}.upsert",
        "subject": body[id_field(model.entity_name)],
        "data": body,
    }

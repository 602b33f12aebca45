"""Valid examples of entities, made from the entities' own schemas."""

from typing import Any

from entities.base import Entity
from entities.fields import REFERENCES
from ingestion.openapi.schemas import Json, schema_of

_BY_FORMAT = {"date": "2026-01-31"}
_BY_TYPE = {"array": [], "boolean": True, "string": "text"}


def example(model: type[Entity]) -> Json:
    """Return an entity with the required fields.

    A field needs `examples` of its own if its validator refuses the value that is made up here.
    """
    schema = schema_of(model)
    fields = {name: _value(schema["properties"][name]) for name in schema["required"]}
    return fields | {model.id_field(): _id(model.entity_name)}


def _id(entity_name: str) -> str:
    return f"{entity_name.lower()}-1"


def _value(field: Json) -> Any:
    if "anyOf" in field:
        return _value(field["anyOf"][0])
    if REFERENCES in field:
        return _id(field[REFERENCES])
    for key in ("examples", "enum"):
        if key in field:
            return field[key][0]
    return _BY_FORMAT.get(field.get("format", "")) or _BY_TYPE.get(str(field.get("type")), 1)

"""JSON Schemas of the models in the form that every tool reads alike, and examples of entities."""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core import to_jsonable_python
from pydantic_core.core_schema import AfterValidatorFunctionSchema, StringSchema

from entities.base import Entity
from entities.fields import ID_RULE, MAX_ID_BYTES, REFERENCES

Json = dict[str, Any]

_CONTROL = r"\x00-\x1f\x7f-\x9f"
_ENTITY_ID = {"maxLength": MAX_ID_BYTES, "pattern": f"^[^#{_CONTROL}]+$"}
_BY_FORMAT = {"date": "2026-01-31"}
_BY_TYPE = {"array": [], "boolean": True, "string": "text"}


class Portable(GenerateJsonSchema):
    """Generates schemas without the features that tools read differently."""

    def str_schema(self, schema: StringSchema) -> Json:
        r"""Replace `\P{C}`, which JSON Schema advises against, by the common control characters."""
        made = super().str_schema(schema)
        if "pattern" in made:
            made["pattern"] = made["pattern"].replace(r"\P{C}", f"[^{_CONTROL}]")
        return made

    def function_after_schema(self, schema: AfterValidatorFunctionSchema) -> Json:
        """Add the rules of an entity id, which are in a validator and not in its type."""
        made = super().function_after_schema(schema)
        is_entity_id = schema["function"]["function"] is ID_RULE.func
        return made | _ENTITY_ID if is_entity_id else made


def schema_of(model: type[BaseModel]) -> Json:
    """Return the schema of one model, with its definitions inside."""
    return model.model_json_schema(schema_generator=Portable)


def example(model: type[Entity]) -> Json:
    """Return an entity with the required fields.

    A field needs `examples` of its own if its validator refuses the value that is made up here.
    """
    schema = schema_of(model)
    fields = {name: _value(schema["properties"][name]) for name in schema["required"]}
    return fields | {model.id_field(): f"{model.entity_name.lower()}-1"}


def _value(field: Json) -> Any:
    field = field.get("anyOf", [field])[0]
    if REFERENCES in field:
        return f"{field[REFERENCES].lower()}-1"
    by_format = _BY_FORMAT.get(field.get("format", ""))
    made_up = by_format or _BY_TYPE.get(str(field.get("type")), 1)
    return (field.get("examples") or field.get("enum") or [made_up])[0]


def resolve_models(document: Json, *received: type[BaseModel]) -> Json:
    """Replace each model in `{"$ref": Model}` by the address of its schema, and add the schemas.

    Callers send the `received` models, which get schemas also if nothing refers to them, and the
    platform sends all others. Models of the same name get different addresses.
    """
    models = [*received]
    to_jsonable_python(document, fallback=models.append)
    references, made = models_json_schema(
        [(model, _mode(model, received)) for model in models],
        ref_template="#/components/schemas/{model}",
        schema_generator=Portable,
    )
    resolved: Json = to_jsonable_python(
        document, fallback=lambda model: references[model, _mode(model, received)]["$ref"]
    )
    resolved["components"]["schemas"] |= made["$defs"]
    return resolved


def _mode(model: type[BaseModel], received: Collection[type[BaseModel]]) -> JsonSchemaMode:
    return "validation" if model in received else "serialization"

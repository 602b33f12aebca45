"""JSON Schemas of the models in the form that every tool reads alike, and examples of entities."""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core import to_json, to_jsonable_python
from pydantic_core.core_schema import (
    AfterValidatorFunctionSchema,
    BeforeValidatorFunctionSchema,
    DateSchema,
    NullableSchema,
    StringSchema,
)

from entities.base import Entity
from entities.fields import (
    ID_RULE,
    MAX_DIGITS,
    MAX_ID_BYTES,
    NUMBER_RULE,
    NUMBER_TEXT,
    REFERENCES,
    TIME_RULE,
)
from ingestion.syntax.times import TIME_SCHEMA

Json = dict[str, Any]

_CONTROL = r"\x00-\x1f\x7f-\x9f"
_ENTITY_ID = {
    "maxLength": MAX_ID_BYTES,
    "pattern": rf"^[^\s#{_CONTROL}]([^#{_CONTROL}]*[^\s#{_CONTROL}])?$",
    "description": f"An id of at most {MAX_ID_BYTES} bytes in UTF-8, in the Unicode form NFC."
    " Without '#', without blanks at either end, and without control, formatting, combining and"
    " right-to-left characters.",
}
_NUMBER = {
    "type": ["number", "string"],
    "pattern": f"^{NUMBER_TEXT.pattern}$",
    "description": 'A number, or a text such as "12.50".'
    f" Written without an exponent, it has at most {MAX_DIGITS} digits.",
}
_BY_RULE: dict[Any, Json] = {NUMBER_RULE.func: _NUMBER, TIME_RULE.func: TIME_SCHEMA}
# The limits that pydantic leaves in a schema: JSON Schema's names for them, and their texts. A
# number may be sent as text, and most validators compute multiples of a fraction inexactly.
_LIMITS = {
    "ge": ("minimum", "Must be at least {}."),
    "gt": ("exclusiveMinimum", "Must be more than {}."),
    "le": ("maximum", "Must be at most {}."),
    "lt": ("exclusiveMaximum", "Must be less than {}."),
    "multiple_of": (None, "Must be a multiple of {}."),
    "max_digits": (None, "At most {} digits."),
    "decimal_places": (None, "At most {} decimal places."),
}
_UPDATES = "pydantic_js_updates"  # pydantic's key in the metadata for what a field adds.
_BY_FORMAT = {"date": "2026-01-31", "date-time": "2026-01-31T12:00:00.000000Z"}
_BY_TYPE = {"array": [], "boolean": True, "string": "text"}


class Portable(GenerateJsonSchema):
    """Generates schemas without the features that tools read differently.

    What JSON Schema cannot state is in the description.
    """

    def generate_inner(self, schema: Any) -> Json:
        """Generate a schema that describes what JSON Schema cannot state.

        Moves a default to the description: generators of clients require fields with a `default`.
        """
        metadata = schema.get("metadata", {})
        updates = dict(metadata.get(_UPDATES, {}))
        texts = [updates.pop("description", "")]
        made = dict(super().generate_inner(schema | {"metadata": metadata | {_UPDATES: updates}}))
        texts.append(made.pop("description", ""))
        for name, (keyword, text) in _LIMITS.items():
            limit = made.pop(name, None)
            if limit is not None:
                texts.append(text.format(limit))
            if limit is not None and keyword and "number" in made.get("type", ""):
                made[keyword] = limit if isinstance(limit, int) else float(limit)
        default = made.pop("default", None)
        if default is not None and self.mode == "validation":
            texts.append(f"Default: {to_json(default).decode()}.")
        description = " ".join(filter(None, texts))
        return made | ({"description": description} if description else {})

    def str_schema(self, schema: StringSchema) -> Json:
        r"""Replace `\P{C}`, which JSON Schema advises against, by the common control characters."""
        made = super().str_schema(schema)
        if "pattern" in made:
            made["pattern"] = made["pattern"].replace(r"\P{C}", f"[^{_CONTROL}]")
        return made

    def nullable_schema(self, schema: NullableSchema) -> Json:
        """Move the description from the first alternative to the field, where tools show it."""
        made = super().nullable_schema(schema)
        first, *others = made.get("anyOf", [{}])
        if "description" not in first:
            return made
        undescribed = {name: value for name, value in first.items() if name != "description"}
        return {"anyOf": [undescribed, *others], "description": first["description"]}

    def date_schema(self, schema: DateSchema) -> Json:
        """Add what the format of a date does not state."""
        return super().date_schema(schema) | {"description": "A day from the year 1 on."}

    def function_after_schema(self, schema: AfterValidatorFunctionSchema) -> Json:
        """Add the rules of an entity id, which are in a validator and not in its type."""
        made = super().function_after_schema(schema)
        is_entity_id = schema["function"]["function"] is ID_RULE.func
        return _ENTITY_ID | made if is_entity_id else made

    def function_before_schema(self, schema: BeforeValidatorFunctionSchema) -> Json:
        """Return the schema of a `Number` or a `UtcTime`, whose rules are in a validator."""
        made = _BY_RULE.get(schema["function"]["function"])
        return made or super().function_before_schema(schema)


def schema_of(kind: Any) -> Json:
    """Return the schema of a model or a type, with its definitions inside."""
    return TypeAdapter(kind).json_schema(schema_generator=Portable)


def schema_document(model: type[Entity]) -> Json:
    """Return the schema of an entity as a document of its own."""
    head = {"$schema": Portable.schema_dialect, "$id": f"urn:ingestion:{model.entity_name}"}
    return head | schema_of(model)


def example(model: type[Entity]) -> Json:
    """Return an entity with the required fields.

    A field needs `examples` of its own if its validator refuses the value that is made up here.
    """
    return example_of(model, ())


def example_of(model: type[Entity], fields: Collection[str]) -> Json:
    """Return an entity with the required fields and `fields`."""
    schema = schema_of(model)
    wanted = {*schema["required"], *fields}
    made = {name: _value(name, field, model) for name, field in schema["properties"].items()}
    return {name: value for name, value in made.items() if name in wanted}


def _value(name: str, field: Json, model: type[Entity]) -> Any:
    if name == model.id_field():
        return f"{model.entity_name.lower()}-1"
    while alternatives := field.get("anyOf"):  # Of a time with a null, or of a time alone.
        field = alternatives[0] | {key: field[key] for key in field.keys() - {"anyOf"}}
    if REFERENCES in field:
        # Another one: an entity may not refer to itself.
        number = 2 if field[REFERENCES] == model.entity_name else 1
        return f"{field[REFERENCES].lower()}-{number}"
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
    # Generators of clients name classes by the titles, which must be as unique as the names.
    schemas = {name: schema | {"title": name} for name, schema in made["$defs"].items()}
    resolved["components"]["schemas"] |= schemas
    return resolved


def _mode(model: type[BaseModel], received: Collection[type[BaseModel]]) -> JsonSchemaMode:
    return "validation" if model in received else "serialization"

"""Makes the record of an entity's schema from its model."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, WithJsonSchema
from pydantic_core import to_jsonable_python
from pydantic_core.core_schema import (
    AfterValidatorFunctionSchema,
    DateSchema,
    DatetimeSchema,
    DecimalSchema,
)

from entities.base import Entity
from entities.fields import ID_RULE

Json = dict[str, Any]

# What pydantic calls the limits of numbers, days and times, by the name that JSON Schema has.
_LIMITS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "max_digits": "maxDigits",
    "decimal_places": "decimalPlaces",
}
_SCHEMA_FUNCTIONS = "pydantic_js_annotation_functions"  # pydantic's key in the metadata.
_EXTENSIONS = ("references", "personal")
_NOT_RECORDED_AS_LIMITS = {
    "title",
    "description",
    "default",
    "examples",
    "anyOf",
    "enum",
    "const",
    "items",
}


class _Types(GenerateJsonSchema):
    """Generates schemas that name the types of `entities.fields`."""

    def generate_inner(self, schema: Any) -> Json:
        """Generate the schema from the type. A schema that replaces the type's has no limits."""
        metadata = schema.get("metadata", {})
        functions = metadata.get(_SCHEMA_FUNCTIONS, [])
        own = [f for f in functions if not isinstance(getattr(f, "__self__", None), WithJsonSchema)]
        return super().generate_inner(schema | {"metadata": metadata | {_SCHEMA_FUNCTIONS: own}})

    def decimal_schema(self, _: DecimalSchema) -> Json:
        """Return `Number`. Its limits are added by pydantic."""
        return {"type": "Number"}

    def date_schema(self, _: DateSchema) -> Json:
        """Return `CalendarDate`. Its limits are added by pydantic."""
        return {"type": "CalendarDate"}

    def datetime_schema(self, _: DatetimeSchema) -> Json:
        """Return `UtcTime`. Its limits are added by pydantic."""
        return {"type": "UtcTime"}

    def function_after_schema(self, schema: AfterValidatorFunctionSchema) -> Json:
        """Return `EntityId` for its rule, which implies its shortest length."""
        made = super().function_after_schema(schema)
        if schema["function"]["function"] is not ID_RULE.func:
            return made
        limits = {name: limit for name, limit in made.items() if (name, limit) != ("minLength", 1)}
        return limits | {"type": "EntityId"}


def record_of(model: type[Entity]) -> Json:
    """Return the record: for each field its types, their limits, and whether it is required."""
    schema = to_jsonable_python(model.model_json_schema(schema_generator=_Types))
    renamed = model.renamed_fields()
    fields = {
        name: {
            "required": name in schema["required"],
            "types": _types(field),
            **{mark: field[f"x-{mark}"] for mark in _EXTENSIONS if f"x-{mark}" in field},
            **({"renamed_from": renamed[name]} if name in renamed else {}),
        }
        for name, field in schema["properties"].items()
    }
    return {"entity": model.entity_name, "fields": fields}


def _types(schema: Json) -> list[Json]:
    """Return the types that the schema accepts, in a fixed order."""
    types = map(_type, schema.get("anyOf", [schema]))
    return sorted(types, key=lambda found: json.dumps(found, sort_keys=True))


def _type(schema: Json) -> Json:
    found = {
        _LIMITS.get(name, name): value
        for name, value in schema.items()
        if name not in _NOT_RECORDED_AS_LIMITS and not name.startswith("x-")
    }
    if values := schema.get("enum", [schema["const"]] if "const" in schema else []):
        found["values"] = sorted(values)
    if "items" in schema:
        found["items"] = _types(schema["items"])
    return found


def to_comparable(limit: Any) -> Any:
    """Return a limit of a number, a day or a time in a form that can be compared."""
    try:
        return Decimal(str(limit))
    except InvalidOperation:
        return datetime.fromisoformat(limit)

"""What the parts of the OpenAPI document share: schemas under their names, and problem answers."""

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import AfterValidatorFunctionSchema, DecimalSchema, StringSchema

from entities.base import MAX_ID_BYTES, EntityId
from ingestion.answer import PROBLEM_JSON

Json = dict[str, Any]

_SCHEMAS = "#/components/schemas/{model}"
_CONTROL = r"\x00-\x1f\x7f-\x9f"
_ENTITY_ID = {"maxLength": MAX_ID_BYTES, "pattern": f"^[^#{_CONTROL}]+$"}
_RETRY_AFTER = {
    "description": "Seconds to wait.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    title: str
    status: int
    detail: str


class Components:
    """What paths refer to: the schemas of all models at once, and whatever is added to them."""

    def __init__(self, models: Iterable[type[BaseModel]]) -> None:
        # An entity may have the name of a model of ours: pydantic tells them apart.
        self._references, made = TypeAdapter.json_schemas(
            [(model, "validation", TypeAdapter(model)) for model in models],
            ref_template=_SCHEMAS,
            schema_generator=Portable,
        )
        self.schemas: Json = dict(made["$defs"])
        self.responses: Json = {}

    def model(self, model: type[BaseModel]) -> Json:
        """Where the schema of a model is."""
        return self._references[model, "validation"]

    def add_schema(self, name: str, schema: Json) -> Json:
        """Keep a schema under a name, which no model has if there is a dot in it."""
        self.schemas[name] = schema
        return {"$ref": _SCHEMAS.format(model=name)}

    def problem(self, status: int, description: str, model: type[Problem] = Problem) -> Json:
        """An answer that is a problem document and states its status."""
        schema = self.model(model) | {"properties": {"status": {"const": status}}}
        return {
            "description": description,
            "headers": {"Retry-After": _RETRY_AFTER} if status in (429, 503) else {},
            "content": {PROBLEM_JSON: {"schema": schema}},
        }

    def add_response(self, name: str, response: Json) -> Json:
        """Keep an answer under a name."""
        self.responses[name] = response
        return {"$ref": f"#/components/responses/{name}"}


class Portable(GenerateJsonSchema):
    """Says what the models take as far as a schema can, without what tools read differently."""

    def str_schema(self, schema: StringSchema) -> Json:
        r"""Many tools, as JSON Schema itself advises, know no `\P{C}`: these are most of it."""
        made = super().str_schema(schema)
        if "pattern" in made:
            made["pattern"] = made["pattern"].replace(r"\P{C}", f"[^{_CONTROL}]")
        return made

    def decimal_schema(self, _: DecimalSchema) -> Json:
        """`Number` takes whole numbers, and fractions in a text."""
        return {"type": ["integer", "string"]}

    def function_after_schema(self, schema: AfterValidatorFunctionSchema) -> Json:
        """What an entity's id must be is in code; a schema can say this much of it."""
        made = super().function_after_schema(schema)
        is_entity_id = schema["function"]["function"] is get_args(EntityId)[-1].func
        return made | _ENTITY_ID if is_entity_id else made

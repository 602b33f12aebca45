"""JSON Schemas of our models that every tool reads alike."""

from typing import Any, get_args

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import AfterValidatorFunctionSchema, DecimalSchema, StringSchema

from entities.fields import MAX_ID_BYTES, EntityId

Json = dict[str, Any]

_CONTROL = r"\x00-\x1f\x7f-\x9f"
_ENTITY_ID = {"maxLength": MAX_ID_BYTES, "pattern": f"^[^#{_CONTROL}]+$"}


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
        """An entity's id has rules that no type tells."""
        made = super().function_after_schema(schema)
        is_entity_id = schema["function"]["function"] is get_args(EntityId)[-1].func
        return made | _ENTITY_ID if is_entity_id else made

"""Makes the JSON Schema of `config/sources.yaml` for editors from the models of the catalog."""

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from ingestion.catalog import Catalog
from ingestion.mapping.rules import SOURCES_OF_VALUE

NAME = "config/sources.schema.json"


class _ForEditors(GenerateJsonSchema):
    """Leaves out titles such as "Rate Per Second", which an editor would show beside the key."""

    def tagged_union_schema(self, schema: Any) -> dict[str, Any]:
        """Return the alternatives by `anyOf`: a whole number is a number, too."""
        found = super().tagged_union_schema(schema)
        found.pop("discriminator", None)
        return {"anyOf": found.pop("oneOf"), **found} if "oneOf" in found else found

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's own
        """Return that no field has a title."""
        return False


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a model for editors."""
    schema = model.model_json_schema(schema_generator=_ForEditors)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """Return the schema of the catalog, from its models."""
    schema = schema_of(Catalog)
    schema["properties"]["sources"]["additionalProperties"] = False  # Names that do not fit.
    schema["$defs"]["Form"]["oneOf"] = [{"required": [name]} for name in SOURCES_OF_VALUE]
    return as_text(schema)


def as_text(schema: dict[str, Any]) -> str:
    """Return the text of a schema's file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

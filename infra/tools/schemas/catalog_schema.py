"""The JSON Schema of `config/sources.yaml` for editors: written by `make schemas`, then checked."""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from infra.tools.paths import ROOT
from infra.tools.schemas.files import SchemaRefused
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


def schema_text() -> str:
    """Return the schema of the catalog, from its models."""
    schema = Catalog.model_json_schema(schema_generator=_ForEditors)
    schema["properties"]["sources"]["additionalProperties"] = False  # Names that do not fit.
    schema["$defs"]["Form"]["oneOf"] = [{"required": [name]} for name in SOURCES_OF_VALUE]
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write_schema(root: Path = ROOT) -> bool:
    """Write the schema's file. Return whether it changed."""
    file, text = root / NAME, schema_text()
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return False
    file.write_text(text, encoding="utf-8")
    return True


def check_schema(root: Path = ROOT) -> None:
    """Raise SchemaRefused if the file is missing, or is not the schema of today's models."""
    file = root / NAME
    if not file.is_file() or file.read_text(encoding="utf-8") != schema_text():
        raise SchemaRefused(f"{NAME} is older than the catalog's models. Run `make schemas`.")

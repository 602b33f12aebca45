"""What the parts of the OpenAPI document share: schemas under their names, and problem answers."""

from collections.abc import Iterable

from pydantic import BaseModel, TypeAdapter

from ingestion.http.problem import PROBLEM_JSON
from ingestion.openapi.schemas import Json, Portable

_SCHEMAS = "#/components/schemas/{model}"
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

"""`/entities/…`: readers read what is stored, and the operator corrects it."""

from typing import Any, Literal, Union

from pydantic import BaseModel, create_model

from entities import models
from entities.base import Entity
from entities.fields import MAX_ID_BYTES
from ingestion.http.parameters import ListParameters, PageParameters
from ingestion.intake.correction import EVENT_ID
from ingestion.intake.media_type import JSON
from ingestion.openapi.responses import CORRECTION, READ, Provenance, write_responses
from ingestion.openapi.schemas import Json, example, schema_of
from ingestion.store.relations import REFERRED_BY, REFERS_TO

_ETAG = {"ETag": {"description": "The value for If-None-Match.", "schema": {"type": "string"}}}
_HEADER = {"type": "string", "pattern": "^[ -~]*$"}
_IF_NONE_MATCH = {"name": "If-None-Match", "in": "header", "schema": _HEADER}
_IDEMPOTENCY_KEY = {
    "name": EVENT_ID,
    "in": "header",
    "description": "A retry of the same correction with the same key makes the same event.",
    "schema": _HEADER | {"minLength": 1, "maxLength": 239},
}


def paths() -> Json:
    """Return the three paths of each entity name."""
    fields: dict[str, Any] = {"field": str, "direction": Literal[REFERS_TO, REFERRED_BY]}
    stored = _stored(Union[*models().values()] | None, *models())
    relation = create_model("Relation", **fields, **stored)
    relations = _page("RelationPage", relation)
    made: Json = {}
    for model in models().values():
        made |= _paths(model, relations)
    return made


def _stored(entity: Any, *names: str) -> dict[str, Any]:
    """Return the fields of a stored entity."""
    own = {"entity_name": Literal[tuple(names)], "id": str, "entity": entity}
    return own | {"event": Provenance | None}


def _page(name: str, item: type[BaseModel]) -> type[BaseModel]:
    return create_model(name, items=list[item], next_cursor=str | None)  # type: ignore[valid-type]


def _paths(model: type[Entity], relations: type[BaseModel]) -> Json:
    name, shown = model.entity_name, example(model)
    stored = create_model(f"Stored{model.__name__}", **_stored(model, name))
    page = _page(f"{model.__name__}Page", stored)
    schema = {"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES}
    where = {"name": "id", "in": "path", "required": True, "schema": schema}
    entity_id = where | {"example": shown[model.id_field()]}
    entity = schema_of(model)
    entity["required"].remove(model.id_field())  # The path holds it.
    body = {"required": True, "content": {JSON: {"schema": entity, "example": shown}}}
    listed, related = _query(ListParameters), [entity_id, *_query(PageParameters)]
    put = _correct(f"{name}.put", f"Create or replace one {name}.", entity_id)
    delete_summary = f"Delete one {name}."
    related_summary = f"List the entities that one {name} refers to, then those that refer to it."
    return {
        f"/entities/{name}": {
            "get": _read(f"{name}.list", f"List every {name}, ordered by id.", listed, page)
        },
        f"/entities/{name}/{{id}}": {
            "get": _read(f"{name}.get", f"Get one {name}.", [entity_id], stored),
            "put": put | {"requestBody": body},
            "delete": _correct(f"{name}.delete", delete_summary, entity_id),
        },
        f"/entities/{name}/{{id}}/related": {
            "get": _read(f"{name}.related", related_summary, related, relations)
        },
    }


def _read(operation_id: str, summary: str, parameters: list[Json], body: type[BaseModel]) -> Json:
    content = {JSON: {"schema": {"$ref": body}}}
    return {
        "operationId": operation_id,
        "summary": summary,
        "parameters": [*parameters, _IF_NONE_MATCH],
        "responses": {
            "200": {"description": "The current state.", "headers": _ETAG, "content": content},
            "304": {"description": "The caller has the current state.", "headers": _ETAG},
            **write_responses(READ),
        },
    }


def _correct(operation_id: str, summary: str, entity_id: Json) -> Json:
    return {
        "operationId": operation_id,
        "summary": summary,
        "parameters": [entity_id, _IDEMPOTENCY_KEY],
        "responses": write_responses(CORRECTION),
    }


def _query(parameters: type[BaseModel]) -> list[Json]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in schema_of(parameters)["properties"].items()
    ]

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

_ETAG = {
    "description": "The value for If-None-Match, and for If-Match of a correction.",
    "schema": {"type": "string"},
}
_LAST_MODIFIED = {
    "description": "When the table stored this state.",
    "schema": {"type": "string"},
}
_HEADER = {"type": "string", "pattern": "^[ -~]*$"}
_ID = {"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES}
_ENTITY_ID = {"name": "id", "in": "path", "required": True, "schema": _ID}
_IF_NONE_MATCH = {"name": "If-None-Match", "in": "header", "schema": _HEADER}
_CONDITIONS = [
    {"name": name, "in": "header", "description": description, "schema": _HEADER}
    for name, description in (
        ("If-Match", "Correct the version with this ETag, whatever its time. `*`: any version."),
        ("If-None-Match", "`*`: only if the entity does not exist. It may replace a deletion."),
        ("If-Unmodified-Since", "Only if the entity was not stored after this date."),
    )
]
_IDEMPOTENCY_KEY = {
    "name": EVENT_ID,
    "in": "header",
    "description": "A retry of the same correction with the same key makes the same event.",
    "schema": _HEADER | {"minLength": 1, "maxLength": 239},
}


def paths() -> Json:
    """Return the three paths of each entity name."""
    entity: Any = Union[*models().values()] | None
    fields = {"field": str, "direction": Literal[REFERS_TO, REFERRED_BY]}
    relations = _page("RelationPage", _stored("Relation", entity, *models(), **fields))
    made: Json = {}
    for model in models().values():
        made |= _paths(model, relations)
    return made


def _stored(name: str, entity: Any, *entity_names: str, **fields: Any) -> type[BaseModel]:
    """Return the model of a stored entity, with more `fields`."""
    fields |= {"entity_name": Literal[entity_names], "id": str, "entity": entity}
    return create_model(name, **fields, event=Provenance | None)


def _page(name: str, item: type[BaseModel]) -> type[BaseModel]:
    return create_model(name, items=list[item], next_cursor=str | None)  # type: ignore[valid-type]


def _paths(model: type[Entity], relations: type[BaseModel]) -> Json:
    name, entity = model.entity_name, example(model)
    stored = _stored(f"Stored{model.__name__}", model, name)
    page = _page(f"{model.__name__}Page", stored)
    entity_id = _ENTITY_ID | {"example": entity[model.id_field()]}
    schema = schema_of(model)
    schema["required"].remove(model.id_field())  # The path holds it.
    body = {"required": True, "content": {JSON: {"schema": schema, "example": entity}}}
    put = _correct(f"{name}.put", f"Create or replace one {name}.", entity_id)
    delete = _correct(f"{name}.delete", f"Delete one {name}.", entity_id)
    listed = f"List every {name}, ordered by id."
    get_list = _read(f"{name}.list", listed, page, *_query(ListParameters))
    get = _read(f"{name}.get", f"Get one {name}.", stored, entity_id)
    related = f"List the entities that one {name} refers to, then those that refer to it."
    get_related = _read(f"{name}.related", related, relations, entity_id, *_query(PageParameters))
    return {
        f"/entities/{name}": {"get": get_list},
        f"/entities/{name}/{{id}}": {
            "get": get,
            "put": put | {"requestBody": body},
            "delete": delete,
        },
        f"/entities/{name}/{{id}}/related": {"get": get_related},
    }


def _read(operation_id: str, summary: str, body: type[BaseModel], *parameters: Json) -> Json:
    content = {JSON: {"schema": {"$ref": body}}}
    headers = {"ETag": _ETAG, "Last-Modified": _LAST_MODIFIED}
    return {
        "operationId": operation_id,
        "summary": summary,
        "parameters": [*parameters, _IF_NONE_MATCH],
        "responses": {
            "200": {"description": "The current state.", "headers": headers, "content": content},
            "304": {"description": "The caller has the current state.", "headers": headers},
            **write_responses(READ),
        },
    }


def _correct(operation_id: str, summary: str, entity_id: Json) -> Json:
    return {
        "operationId": operation_id,
        "summary": summary,
        "parameters": [entity_id, _IDEMPOTENCY_KEY, *_CONDITIONS],
        "responses": write_responses(CORRECTION),
    }


def _query(parameters: type[BaseModel]) -> list[Json]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in schema_of(parameters)["properties"].items()
    ]

"""`/entities/…`: readers read what is stored, and the operator corrects it."""

from collections.abc import Iterable
from typing import Any, Literal, Union

from pydantic import BaseModel, create_model

import entities
from entities.base import Entity
from entities.fields import MAX_ID_BYTES
from ingestion.http.parameters import ListParameters, PageParameters
from ingestion.intake.correction import EVENT_ID
from ingestion.intake.media_type import JSON
from ingestion.openapi.examples import example
from ingestion.openapi.responses import (
    Problem,
    Provenance,
    Refusal,
    Responses,
    Results,
    write_responses,
)
from ingestion.openapi.schemas import Json, schema_of
from ingestion.store.relations import REFERRED_BY, REFERS_TO

_SUMMARIES = {
    "list": "List every {}, ordered by id.",
    "get": "Show one {}.",
    "put": "Say what one {} is, as the operator.",
    "delete": "Say that one {} is no more, as the operator.",
    "related": "List what one {} refers to, then what refers to it.",
}
_READ_PROBLEMS: Responses = {
    400: ("A parameter or the path is wrong.", Problem),
    403: ("No key, an unknown key, or a source's key.", Problem),
    404: ("There is no such entity.", Problem),
    429: ("Over the rate: repeat after Retry-After.", Problem),
    503: ("Not answered: repeat after Retry-After.", Problem),
}
_CORRECTION_RESPONSES: Responses = {
    202: ("The event is accepted.", Results),
    400: ("The body is not JSON, or a delete has one; or the path is not UTF-8.", Problem),
    403: ("No key, or another than the operator's.", Problem),
    404: ("There is no such entity name.", Problem),
    413: ("The body or the event is too large.", Refusal),
    415: ("Another content type or charset, or a content encoding.", Problem),
    422: ("The entity or its id is unsound.", Refusal),
    429: ("Over the rate: repeat after Retry-After.", Problem),
    503: ("Not taken: repeat after Retry-After, with the same idempotency-key.", Refusal),
}
_ETAG = {"ETag": {"description": "For If-None-Match.", "schema": {"type": "string"}}}
_HEADER = {"type": "string", "pattern": "^[ -~]*$"}
_IF_NONE_MATCH = {"name": "If-None-Match", "in": "header", "schema": _HEADER}
_IDEMPOTENCY_KEY = {
    "name": EVENT_ID,
    "in": "header",
    "description": "A repeat of the same correction with the same key is the same event.",
    "schema": _HEADER | {"minLength": 1, "maxLength": 239},
}


def paths() -> Json:
    """Return the three paths of each entity name."""
    models = entities.models()
    any_entity, direction = Union[*models.values()], Literal[REFERS_TO, REFERRED_BY]
    relation = _stored("Relation", models, any_entity | None, field=str, direction=direction)
    relations = _page("RelationPage", relation)
    made: Json = {}
    for model in models.values():
        made |= _paths(model, relations)
    return made


def _paths(model: type[Entity], relations: type[BaseModel]) -> Json:
    name, entity_id = model.entity_name, _id_parameter(model)
    stored = _stored(f"Stored{model.__name__}", [name], model)
    page = _page(f"{model.__name__}Page", stored)
    return {
        f"/entities/{name}": {"get": _read(name, "list", page, _query(ListParameters))},
        f"/entities/{name}/{{id}}": {
            "get": _read(name, "get", stored, [entity_id]),
            "put": _correct(name, "put", entity_id) | {"requestBody": _body(model)},
            "delete": _correct(name, "delete", entity_id),
        },
        f"/entities/{name}/{{id}}/related": {
            "get": _read(name, "related", relations, [entity_id, *_query(PageParameters)])
        },
    }


def _read(name: str, operation: str, body: type[BaseModel], parameters: list[Json]) -> Json:
    content = {JSON: {"schema": {"$ref": body}}}
    return {
        "operationId": f"{name}.{operation}",
        "summary": _SUMMARIES[operation].format(name),
        "parameters": [*parameters, _IF_NONE_MATCH],
        "responses": {
            "200": {"description": "As it is now.", "headers": _ETAG, "content": content},
            "304": {"description": "The caller has it.", "headers": _ETAG},
            **write_responses(_READ_PROBLEMS),
        },
    }


def _correct(name: str, operation: str, entity_id: Json) -> Json:
    return {
        "operationId": f"{name}.{operation}",
        "summary": _SUMMARIES[operation].format(name),
        "parameters": [entity_id, _IDEMPOTENCY_KEY],
        "responses": write_responses(_CORRECTION_RESPONSES),
    }


def _body(model: type[Entity]) -> Json:
    """Return the body of a PUT: the whole entity, without the id if the sender leaves it out."""
    schema = schema_of(model)
    schema["required"].remove(model.id_field())
    return {"required": True, "content": {JSON: {"schema": schema, "example": example(model)}}}


def _id_parameter(model: type[Entity]) -> Json:
    schema = {"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES}
    named = example(model)[model.id_field()]
    return {"name": "id", "in": "path", "required": True, "schema": schema, "example": named}


def _query(parameters: type[BaseModel]) -> list[Json]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in schema_of(parameters)["properties"].items()
    ]


def _stored(name: str, names: Iterable[str], entity: Any, **more: Any) -> type[BaseModel]:
    """Return the model of a stored entity. Its first fields are `more`."""
    own = {"entity_name": Literal[tuple(names)], "id": str, "entity": entity}
    return create_model(name, **more, **own, event=Provenance | None)


def _page(name: str, item: type[BaseModel]) -> type[BaseModel]:
    return create_model(name, items=list[item], next_cursor=str | None)  # type: ignore[valid-type]

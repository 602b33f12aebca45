"""`/entities/…`: readers read what is stored, and the operator corrects it."""

from typing import Any, Literal, Union

from pydantic import BaseModel, create_model

from entities import models
from entities.base import Entity
from entities.fields import EntityId
from ingestion.http.parameters import ListParameters, PageParameters
from ingestion.intake.correction import IDEMPOTENCY_KEY
from ingestion.intake.media_type import JSON
from ingestion.openapi import examples
from ingestion.openapi.bodies import Provenance
from ingestion.openapi.responses import CORRECTION, READ, write_responses
from ingestion.openapi.schemas import Json, schema_of
from ingestion.store.relations import REFERRED_BY, REFERS_TO


def _header(name: str, description: str, **limits: int) -> Json:
    schema = {"type": "string", "pattern": "^[ -~]*$", **limits}
    return {"name": name, "in": "header", "description": description, "schema": schema}


_TEXT = {"type": "string"}
_SENT_HEADERS = {
    "ETag": {
        "description": "For If-None-Match, and for If-Match of a correction.",
        "schema": _TEXT,
    },
    "Last-Modified": {"description": "When the table stored this state.", "schema": _TEXT},
}
_ENTITY_ID = {"name": "id", "in": "path", "required": True, "schema": schema_of(EntityId)}
_READ_HEADERS = [_header("If-None-Match", "The ETag of an earlier response. 304: no change since.")]
_CORRECTION_HEADERS = [
    _header(
        IDEMPOTENCY_KEY,
        "A retry within five minutes with the same key and content makes the same event.",
        minLength=1,
        maxLength=239,
    ),
    _header("If-Match", "Only the version with this ETag, whatever its time. `*`: any version."),
    _header("If-None-Match", "`*`: only if the entity does not exist. It may replace a deletion."),
    _header("If-Unmodified-Since", "Only if the entity was not stored after this date."),
]
# The summary and the description of each operation.
_TEXTS = {
    "list": (
        "List every {}.",
        "Ordered by id, or by the time of storage with `changed_since`. The last page has no"
        " `next_cursor`.",
    ),
    "get": ("Get one {}.", "A deleted entity does not exist."),
    "related": (
        "List the entities that are related to one {}.",
        "First the entities that it refers to, then those that refer to it. `entity` is null if the"
        " reference leads to no entity.",
    ),
    "put": ("Create or replace one {}.", "The correction is an event of the source operator."),
    "delete": ("Delete one {}.", "The correction is an event of the source operator."),
}


def paths() -> Json:
    """Return the three paths of each entity name."""
    entity: Any = Union[*models().values()] | None
    fields = {"field": str, "direction": Literal[REFERS_TO, REFERRED_BY]}
    relations = page_model("RelationPage", stored_model("Relation", entity, *models(), **fields))
    made: Json = {}
    for model in models().values():
        made |= _paths(model, relations)
    return made


def stored_model(name: str, entity: Any, *entity_names: str, **fields: Any) -> type[BaseModel]:
    """Return the model of a stored entity, with more `fields`."""
    fields |= {"entity_name": Literal[entity_names], "id": str, "entity": entity}
    return create_model(name, **fields, event=Provenance | None)


def page_model(name: str, item: type[BaseModel]) -> type[BaseModel]:
    """Return the model of a page of items."""
    return create_model(name, items=list[item], next_cursor=str | None)  # type: ignore[valid-type]


def _paths(model: type[Entity], relations: type[BaseModel]) -> Json:
    name, entity = model.entity_name, examples.complete(model)
    example = examples.stored(model)
    stored = stored_model(f"Stored{model.__name__}", model, name)
    page = page_model(f"{model.__name__}Page", stored)
    entity_id = _ENTITY_ID | {"example": entity[model.id_field()]}
    body = {"required": True, "content": {JSON: {"schema": _body(model), "example": entity}}}
    return {
        f"/entities/{name}": {
            "get": _read(
                "list", name, page, examples.page(example), *query_parameters(ListParameters)
            )
        },
        f"/entities/{name}/{{id}}": {
            "get": _read("get", name, stored, example, entity_id),
            "put": _correct("put", name, entity_id) | {"requestBody": body},
            "delete": _correct("delete", name, entity_id),
        },
        f"/entities/{name}/{{id}}/related": {
            "get": _read(
                "related",
                name,
                relations,
                examples.related(model),
                entity_id,
                *query_parameters(PageParameters),
            )
        },
    }


def _body(model: type[Entity]) -> Json:
    """Return the schema of a correction: an entity, which need not hold its id."""
    schema = schema_of(model)
    schema["required"].remove(model.id_field())
    own_id = schema["properties"][model.id_field()]
    own_id["description"] = f"The id in the path, or left out. {own_id['description']}"
    return schema


def _read(verb: str, name: str, body: type[BaseModel], example: Json, *parameters: Json) -> Json:
    content = {JSON: {"schema": {"$ref": body}, "example": example}}
    current, same = "The current state.", "The caller has the current state."
    responses = {
        "200": {"description": current, "headers": _SENT_HEADERS, "content": content},
        "304": {"description": same, "headers": _SENT_HEADERS},
        **write_responses(READ),
    }
    return _operation(verb, name, [*parameters, *_READ_HEADERS], responses)


def _correct(verb: str, name: str, entity_id: Json) -> Json:
    parameters, responses = [entity_id, *_CORRECTION_HEADERS], write_responses(CORRECTION)
    return _operation(verb, name, parameters, responses)


def _operation(verb: str, name: str, parameters: list[Json], responses: Json) -> Json:
    summary, description = _TEXTS[verb]
    return {
        "operationId": f"{name}.{verb}",
        "tags": [name],
        "summary": summary.format(name),
        "description": description,
        "parameters": parameters,
        "responses": responses,
    }


def query_parameters(parameters: type[BaseModel]) -> list[Json]:
    """Return the parameters of a query string."""
    made, whole = [], schema_of(parameters)
    required_names = whole.get("required", [])
    for name, schema in whole["properties"].items():
        description = schema.pop("description")
        required = {"required": True} if name in required_names else {}
        place = {"name": name, "in": "query", "description": description}
        made.append({**place, **required, "schema": schema})
    return made

"""The part of the OpenAPI document on what is stored: `/entities/…`, read and corrected."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, Union

from pydantic import BaseModel, create_model

import entities
from entities.base import Entity
from entities.fields import MAX_ID_BYTES
from ingestion.catalog import Catalog
from ingestion.event import EventId, Timestamp
from ingestion.http.parameters import ListParameters, PageParameters, Parameters
from ingestion.intake.correction import EVENT_ID
from ingestion.intake.media_type import JSON
from ingestion.openapi.components import Components, Problem
from ingestion.openapi.examples import example
from ingestion.openapi.posts import Refusal, Results
from ingestion.openapi.schemas import Json, Portable
from ingestion.store.relations import REFERRED_BY, REFERS_TO

_READ_PROBLEMS = {
    400: "A parameter or the path is wrong.",
    403: "No key, an unknown key, or a source's key.",
    404: "There is no such entity.",
    429: "Over the rate: repeat after Retry-After.",
    503: "Not answered: repeat after Retry-After.",
}
_CORRECTION_PROBLEMS = {
    400: "The body is not JSON, or a delete has one; or the path is not UTF-8.",
    403: "No key, or another than the operator's.",
    404: "There is no such entity name.",
    429: "Over the rate: repeat after Retry-After.",
}
_CORRECTION_REFUSALS = {
    413: "The body or the event is too large.",
    422: "The entity or its id is unsound.",
    503: "Not taken: repeat after Retry-After, with the same idempotency-key.",
}
_HEADER = {"type": "string", "pattern": "^[ -~]*$"}
_MEDIA_TYPE_PROBLEM = {415: "Another content type or charset, or a content encoding."}


class Provenance(BaseModel):
    """The event that made an entity as it is."""

    id: EventId
    source: str
    time: Timestamp
    received_at: Timestamp
    stored_at: Timestamp


@cache
def _stored(model: type[Entity]) -> type[BaseModel]:
    fields = {
        "entity_name": (Literal[model.entity_name], ...),
        "id": (str, ...),
        "entity": (model, ...),
        "event": (Provenance | None, ...),
    }
    return create_model(f"Stored{model.__name__}", **fields)  # type: ignore[call-overload, no-any-return]


@cache
def _page(item: type[BaseModel], name: str) -> type[BaseModel]:
    return create_model(name, items=(list[item], ...), next_cursor=(str | None, ...))  # type: ignore[valid-type]


@cache
def _relation() -> type[BaseModel]:
    """An entity that another refers to, or is referred to by; both null where it is not there."""
    of_all: Any = Union[tuple(entities.models().values())]  # noqa: UP007 - of a tuple
    fields = {
        "field": (str, ...),
        "direction": (Literal[REFERS_TO, REFERRED_BY], ...),
        "entity_name": (Literal[tuple(entities.models())], ...),
        "id": (str, ...),
        "entity": (of_all | None, ...),
        "event": (Provenance | None, ...),
    }
    return create_model("Relation", **fields)  # type: ignore[call-overload, no-any-return]


def _pages() -> dict[str, type[BaseModel]]:
    return {
        name: _page(_stored(model), f"{model.__name__}Page")
        for name, model in entities.models().items()
    }


def models() -> Iterator[type[BaseModel]]:
    """What is answered, and whole entities."""
    yield from (Results, Refusal, _page(_relation(), "RelationPage"))
    yield from _pages().values()
    yield from map(_stored, entities.models().values())


def paths(_: Catalog, components: Components) -> Json:
    """The paths of each entity name."""
    return {
        path: item
        for model in entities.models().values()
        for path, item in _paths(model, components).items()
    }


def _paths(model: type[Entity], components: Components) -> Json:
    name = model.entity_name
    base = f"/entities/{name}"
    return {
        base: {
            "get": _reading(
                f"List every {name}, ordered by id.", _pages()[name], components, ListParameters
            )
            | {"operationId": f"{name}.list"}
        },
        f"{base}/{{id}}": _of_one(
            model,
            get=_reading(f"Show one {name}.", _stored(model), components, Parameters),
            put=_correction(f"Say what one {name} is, as the operator.", components) | _body(model),
            delete=_correction(f"Say that one {name} is no more, as the operator.", components),
        ),
        f"{base}/{{id}}/related": _of_one(
            model,
            related=_reading(
                f"List what one {name} refers to, then what refers to it.",
                _page(_relation(), "RelationPage"),
                components,
                PageParameters,
            ),
        ),
    }


def _of_one(model: type[Entity], **operations: Json) -> Json:
    """Operations on one entity, which the path names."""
    entity_id = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_ID_BYTES},
        "example": example(model)[model.id_field()],
    }
    return {
        "get" if name == "related" else name: operation
        | {
            "operationId": f"{model.entity_name}.{name}",
            "parameters": [entity_id, *operation["parameters"]],
        }
        for name, operation in operations.items()
    }


def _query(parameters: type[Parameters]) -> list[Json]:
    schema = parameters.model_json_schema(schema_generator=Portable)
    return [
        {"name": name, "in": "query", "required": False, "schema": field}
        for name, field in schema.get("properties", {}).items()
    ]


def _reading(
    summary: str,
    answered: type[BaseModel],
    components: Components,
    parameters: type[Parameters],
) -> Json:
    if_none_match = {"name": "If-None-Match", "in": "header", "schema": _HEADER}
    etag = {"description": "For If-None-Match.", "schema": {"type": "string"}}
    found = {
        "description": "As it is now.",
        "headers": {"ETag": etag},
        "content": {JSON: {"schema": components.model(answered)}},
    }
    return {
        "summary": summary,
        "parameters": [*_query(parameters), if_none_match],
        "responses": {
            "200": found,
            "304": {"description": "The caller has it.", "headers": {"ETag": etag}},
            **_problems(_READ_PROBLEMS, Problem, components),
        },
    }


def _correction(summary: str, components: Components) -> Json:
    key = _HEADER | {"minLength": 1, "maxLength": 239}
    repeat = "A repeat of the same correction with the same key is the same event."
    accepted = {JSON: {"schema": components.model(Results)}}
    return {
        "summary": summary,
        "parameters": [{"name": EVENT_ID, "in": "header", "description": repeat, "schema": key}],
        "responses": {
            "202": {"description": "The event is accepted.", "content": accepted},
            **_problems(_CORRECTION_PROBLEMS, Problem, components),
            **_problems(_MEDIA_TYPE_PROBLEM, Problem, components),
            **_problems(_CORRECTION_REFUSALS, Refusal, components),
        },
    }


def _body(model: type[Entity]) -> Json:
    """The whole entity; its id, which the path says, may be left out."""
    schema = model.model_json_schema(schema_generator=Portable)
    needed = [name for name in schema["required"] if name != model.id_field()]
    content = {JSON: {"schema": schema | {"required": needed}, "example": example(model)}}
    return {"requestBody": {"required": True, "content": content}}


def _problems(said: dict[int, str], model: type[Problem], components: Components) -> Json:
    return {str(status): components.problem(status, it, model) for status, it in said.items()}

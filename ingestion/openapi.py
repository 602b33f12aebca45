"""The OpenAPI document of the HTTP interface, made from the catalog and the models."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, TypeAdapter

import entities
from ingestion.catalog import Catalog, Source
from ingestion.errors import FieldError
from ingestion.event import MAX_EVENT_BYTES, Operation
from ingestion.schemas import Json, Portable
from ingestion.submission import MAX_EVENTS, Submission

_OPERATIONS = get_args(Operation)
_SCHEMAS = "#/components/schemas/{model}"
_ANSWERS = {
    202: "All events are accepted.",
    207: "Some events are accepted, the others refused for good.",
    400: "The body is not JSON.",
    403: "No key, an unknown key, or another source's key.",
    404: "No source has this path, or the method is not POST.",
    413: "The body or every event is too large, or there are too many events.",
    415: "Another content type or charset, or a content encoding.",
    422: "No event is accepted.",
    429: "Over the source's rate: repeat after Retry-After with the same ids.",
    503: "Not all was taken: repeat after Retry-After with the same ids.",
}
_RETRY_AFTER = {
    "description": "Seconds to wait.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}

Index = Annotated[int, Field(ge=0, lt=MAX_EVENTS)]


class TakenEvent(BaseModel):
    """An event of the request that is sound; `not_taken` where the router did not take it."""

    index: Index
    id: str
    status: Literal["accepted", "not_taken"]


class RefusedEvent(BaseModel):
    """An event of the request that is refused for good."""

    index: Index
    status: Literal["rejected"]


@dataclass(frozen=True)
class Fault(FieldError):
    """What is wrong with the event at `index` of the request."""

    index: Index
    reason: Literal[
        "invalid_event", "wrong_source", "unknown_entity", "invalid_entity", "too_large"
    ]


class Results(BaseModel):
    """What became of each event, and every fault of those that are refused."""

    events: list[TakenEvent | RefusedEvent]
    errors: list[Fault]


class Problem(BaseModel):
    """An RFC 9457 problem document; with results where events were looked at."""

    title: str
    status: int
    detail: str
    events: list[TakenEvent | RefusedEvent] = []
    errors: list[Fault] = []


def document(catalog: Catalog, url: str) -> Json:
    """What each source may post to `url`, and what it is answered."""
    schemas, answers = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ingestion", "version": "1"},
        "servers": [{"url": url}],
        "security": [{"api_key": []}],
        "paths": {
            f"/{source.path}": {"post": _operation(name, source)}
            for name, source in catalog.sources.items()
        },
        "components": {
            "securitySchemes": {"api_key": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
            "responses": {
                str(status): _response(status, answers[_media_type(status)]) for status in _ANSWERS
            },
            "schemas": schemas,
        },
    }


def _operation(name: str, source: Source) -> Json:
    event = {
        "oneOf": [
            {"$ref": _SCHEMAS.format(model=_posted(entity, operation))}
            for entity in source.entities
            for operation in _OPERATIONS
        ],
        "properties": {"source": {"enum": [name, None]}},
    }
    events = {"type": "array", "items": event, "minItems": 1, "maxItems": MAX_EVENTS}
    return {
        "operationId": name,
        "summary": f"Take one event of {name}, or several.",
        "requestBody": {
            "description": f"One event has at most {MAX_EVENT_BYTES} bytes.",
            "required": True,
            "content": {"application/json": {"schema": {"oneOf": [event, events]}}},
        },
        "responses": {
            str(status): {"$ref": f"#/components/responses/{status}"} for status in _ANSWERS
        },
    }


def _media_type(status: int) -> str:
    return "application/json" if status < 400 else "application/problem+json"


def _response(status: int, answer: Json) -> Json:
    states_itself = {"properties": {"status": {"const": status}}} if status >= 400 else {}
    return {
        "description": _ANSWERS[status],
        "headers": {"Retry-After": _RETRY_AFTER} if status in (429, 503) else {},
        "content": {_media_type(status): {"schema": answer | states_itself}},
    }


def _schemas() -> tuple[Json, Json]:
    """Every schema by its name, and where those of the answers are, by media type."""
    answers: dict[Any, type[BaseModel]] = {_media_type(202): Results, _media_type(400): Problem}
    bodies: dict[Any, type[BaseModel]] = {
        (name, operation): model.key_model() if operation == "delete" else model
        for name, model in entities.models().items()
        for operation in _OPERATIONS
    }
    # An entity may have the name of a model of ours: pydantic tells them apart.
    references, made = TypeAdapter.json_schemas(
        [(key, "validation", TypeAdapter(model)) for key, model in {**answers, **bodies}.items()],
        ref_template=_SCHEMAS,
        schema_generator=Portable,
    )
    posted = {
        _posted(name, operation): _submission(name, operation, references[key, "validation"])
        for key in bodies
        for name, operation in [key]
    }
    return {**made["$defs"], **posted}, {key: references[key, "validation"] for key in answers}


def _posted(entity_name: str, operation: str) -> str:
    """The name of a schema; no model's has a dot."""
    return f"{entity_name}.{operation}"


def _submission(entity_name: str, operation: str, body: Json) -> Json:
    """What posts this operation on this entity: `Submission`, with what it leaves open."""
    schema = Submission.model_json_schema(schema_generator=Portable)
    default = schema["properties"]["operation"]["default"]
    needed = [] if operation == default else ["operation"]
    return schema | {
        "title": f"{operation} {entity_name}".capitalize(),
        "properties": schema["properties"]
        | {
            "entity_name": {"const": entity_name},
            "operation": {"const": operation},
            "body": body,
        },
        "required": schema["required"] + needed,
    }

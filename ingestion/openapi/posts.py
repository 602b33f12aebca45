"""The part of the OpenAPI document on what sources post: `POST /{path}`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field

import entities
from ingestion.catalog import Catalog, Source
from ingestion.errors import FieldError
from ingestion.event import MAX_EVENT_BYTES, Operation
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON, CloudEvent
from ingestion.intake.media_type import JSON
from ingestion.intake.submission import MAX_EVENTS, Submission
from ingestion.openapi.components import Components, Problem
from ingestion.openapi.examples import cloudevent_example, submission_example
from ingestion.openapi.schemas import Json, Portable
from ingestion.openapi.security import secured

_OPERATIONS = get_args(Operation)
_TAKEN = {
    202: "All events are accepted.",
    207: "Some events are accepted, the others refused for good.",
}
_PROBLEMS = {
    400: "The body is not JSON.",
    403: "No credential, an unknown one, or another source's.",
    404: "No source has this path, or the method is not POST.",
    415: "Another content type or charset, or a content encoding.",
    429: "Over the source's rate: repeat after Retry-After with the same ids.",
}
_REFUSALS = {
    413: "The body or every event is too large, or there are too many events.",
    422: "No event is accepted.",
    503: "Not all was taken: repeat after Retry-After with the same ids.",
}
_DESCRIPTION = f"""One event has at most {MAX_EVENT_BYTES} bytes.

A CloudEvent may hold its data as `data_base64`, and that of a delete be left out where `subject` is
the entity's id. """
_BINARY = f"""It may come in the binary content mode too: its attributes as headers `ce-…`, its
data alone as the body, of the type `{JSON}`.
"""
_NOT_BINARY = """Its binary content mode is refused: headers `ce-…` are not signed.
"""


_Writer = Callable[[Components, str, Operation], Json]

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


class Refusal(Problem):
    """A problem document with results, where events were looked at."""

    events: list[TakenEvent | RefusedEvent] = Field(default=[])
    errors: list[Fault] = Field(default=[])


def models() -> Iterator[type[BaseModel]]:
    """What is posted and answered."""
    yield from (Results, Refusal)
    for name in entities.models():
        yield from (_body(name, operation) for operation in _OPERATIONS)


def _body(entity_name: str, operation: Operation) -> type[BaseModel]:
    model = entities.models()[entity_name]
    return model.key_model() if operation == "delete" else model


def paths(catalog: Catalog, components: Components) -> Json:
    """The path of each source."""
    answers = _answers(components)
    return {
        f"/{source.path}": {
            "post": secured(
                _operation(name, source, components) | {"responses": answers}, source, components
            )
        }
        for name, source in catalog.sources.items()
    }


def _answers(components: Components) -> Json:
    results = {JSON: {"schema": components.model(Results)}}
    made: dict[int, Json] = {
        **{status: {"description": said, "content": results} for status, said in _TAKEN.items()},
        **{status: components.problem(status, said) for status, said in _PROBLEMS.items()},
        **{status: components.problem(status, said, Refusal) for status, said in _REFUSALS.items()},
    }
    return {
        str(status): components.add_response(str(status), response)
        for status, response in sorted(made.items())
    }


def _operation(name: str, source: Source, components: Components) -> Json:
    event = _any_of(source, components, _submission) | _source({"enum": [name, None]})
    cloudevent = _any_of(source, components, _cloudevent) | _source({"const": name})
    model = entities.models()[source.entities[0]]
    return {
        "operationId": name,
        "summary": f"Take one event of {name}, or several.",
        "requestBody": {
            "description": _DESCRIPTION + (_NOT_BINARY if source.auth == "hmac" else _BINARY),
            "required": True,
            "content": {
                JSON: {
                    "schema": {"oneOf": [event, _several(event)]},
                    "example": submission_example(model),
                },
                STRUCTURED_JSON: {
                    "schema": cloudevent,
                    "example": cloudevent_example(model, name),
                },
                BATCH_JSON: {
                    "schema": _several(cloudevent),
                    "example": [cloudevent_example(model, name)],
                },
            },
        },
    }


def _any_of(source: Source, components: Components, write: _Writer) -> Json:
    return {
        "oneOf": [
            write(components, entity, operation)
            for entity in source.entities
            for operation in _OPERATIONS
        ]
    }


def _source(schema: Json) -> Json:
    return {"properties": {"source": schema}}


def _several(event: Json) -> Json:
    return {"type": "array", "items": event, "minItems": 1, "maxItems": MAX_EVENTS}


def _submission(components: Components, entity_name: str, operation: Operation) -> Json:
    """What posts this operation on this entity: `Submission`, with what it leaves open."""
    schema = Submission.model_json_schema(schema_generator=Portable)
    default = schema["properties"]["operation"]["default"]
    needed = [] if operation == default else ["operation"]
    known = {
        "entity_name": {"const": entity_name},
        "operation": {"const": operation},
        "body": components.model(_body(entity_name, operation)),
    }
    return components.add_schema(
        f"{entity_name}.{operation}",
        schema
        | {
            "title": f"{operation} {entity_name}".capitalize(),
            "properties": schema["properties"] | known,
            "required": schema["required"] + needed,
        },
    )


def _cloudevent(components: Components, entity_name: str, operation: Operation) -> Json:
    """The same as a CloudEvent; its data is in plain sight, or `oneOf` would be all over it."""
    schema = CloudEvent.model_json_schema(schema_generator=Portable)
    del schema["properties"]["data_base64"]
    known = {
        "type": {"const": f"{entity_name.lower()}.{operation}"},
        "datacontenttype": {"enum": [JSON, None]},
        "data": components.model(_body(entity_name, operation)),
    }
    reference = components.add_schema(
        f"{entity_name}.{operation}.cloudevent",
        schema
        | {
            "title": f"{operation} {entity_name} as a CloudEvent".capitalize(),
            "properties": schema["properties"] | known,
            "required": [*schema["required"], "data"],
            "propertyNames": {"pattern": "^[a-z0-9]+$"},
        },
    )
    # As good as a dot to all that resolve references by their rules. openapi-python-client 0.29
    # does not, leaves the media type out, and so writes a client that works: of several media
    # types that take arrays it writes one that cannot be imported.
    return {"$ref": reference["$ref"].replace(".", "%2E")}

"""The responses of the operations: the models of their bodies, and how OpenAPI writes them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ingestion.errors import FieldError
from ingestion.event import EventId, Timestamp
from ingestion.http.problem import PROBLEM_JSON
from ingestion.intake.media_type import JSON
from ingestion.intake.submission import MAX_EVENTS
from ingestion.openapi.schemas import Json

# The description and the model of the body, by status.
Responses = dict[int, tuple[str, type[BaseModel]]]
Index = Annotated[int, Field(ge=0, lt=MAX_EVENTS)]

_SECONDS = {"type": "integer", "minimum": 1}
_RETRY_AFTER = {"description": "Seconds to wait.", "required": True, "schema": _SECONDS}


def write_responses(responses: Responses) -> Json:
    """Return the responses as OpenAPI writes them."""
    return {str(status): _response(status, *row) for status, row in responses.items()}


def _response(status: int, description: str, body: type[BaseModel]) -> Json:
    if status < 400:
        return {"description": description, "content": {JSON: {"schema": {"$ref": body}}}}
    schema = {"$ref": body, "properties": {"status": {"const": status}}}
    return {
        "description": description,
        "headers": {"Retry-After": _RETRY_AFTER} if status in (429, 503) else {},
        "content": {PROBLEM_JSON: {"schema": schema}},
    }


# The docstrings of the models are their descriptions in the document.
class Problem(BaseModel):
    """An RFC 9457 problem document."""

    title: str
    status: int
    detail: str


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

    events: list[TakenEvent | RefusedEvent] = []
    errors: list[Fault] = []


@dataclass(frozen=True)
class UploadFault(FieldError):
    """What is wrong with what was asked for."""

    reason: Literal["invalid_upload"]


class UploadRefusal(Problem):
    """A problem document with every fault."""

    errors: list[UploadFault] = []


class Provenance(BaseModel):
    """The event that made an entity as it is."""

    id: EventId
    source: str
    time: Timestamp
    received_at: Timestamp
    stored_at: Timestamp

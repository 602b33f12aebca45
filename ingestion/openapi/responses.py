"""The responses of all operations: the models of their bodies, and how OpenAPI writes them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ingestion.errors import FieldError
from ingestion.files.upload_url import Place
from ingestion.http.problem import PROBLEM_JSON
from ingestion.intake.media_type import JSON
from ingestion.intake.submission import MAX_EVENTS
from ingestion.openapi.schemas import Json
from ingestion.store.change import Cause

Index = Annotated[int, Field(ge=0, lt=MAX_EVENTS)]


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


class Provenance(Cause):
    """The event that made an entity as it is."""


# The description and the model of the body, by status.
Responses = dict[int, tuple[str, type[BaseModel]]]

_COMMON: Responses = {
    400: ("The body is not JSON.", Problem),
    403: ("No credential, an unknown one, or another source's.", Problem),
    415: ("Another content type or charset, or a content encoding.", Problem),
    429: ("Over the rate: repeat after Retry-After.", Problem),
}
POST: Responses = _COMMON | {
    202: ("All events are accepted.", Results),
    207: ("Some events are accepted, the others refused for good.", Results),
    404: ("No source has this path, or the method is not POST.", Problem),
    413: ("The body or every event is too large, or there are too many events.", Refusal),
    422: ("No event is accepted.", Refusal),
    429: ("Over the source's rate: repeat after Retry-After with the same ids.", Problem),
    503: ("Not all was taken: repeat after Retry-After with the same ids.", Refusal),
}
UPLOAD: Responses = _COMMON | {
    201: ("Where to put the file, with nothing but its content.", Place),
    404: ("No source has this path.", Problem),
    413: ("The body is too large.", Problem),
    422: ("No file can have this name.", UploadRefusal),
    429: ("Over the source's rate: repeat after Retry-After.", Problem),
    503: ("Not answered: repeat after Retry-After.", Problem),
}
SIGNED: Responses = {
    401: ("Not signed with a secret of this source's, or not just now.", Problem),
    409: ("The same signed request was taken before.", Problem),
}
READ: Responses = {
    400: ("A parameter or the path is wrong.", Problem),
    403: ("No key, an unknown key, or a source's key.", Problem),
    404: ("There is no such entity.", Problem),
    429: _COMMON[429],
    503: UPLOAD[503],
}
CORRECTION: Responses = _COMMON | {
    202: ("The event is accepted.", Results),
    400: ("The body is not JSON, or a delete has one; or the path is not UTF-8.", Problem),
    403: ("No key, or another than the operator's.", Problem),
    404: ("There is no such entity name.", Problem),
    413: ("The body or the event is too large.", Refusal),
    422: ("The entity or its id is unsound.", Refusal),
    503: ("Not taken: repeat after Retry-After, with the same idempotency-key.", Refusal),
}
DOCUMENT: Responses = {
    403: ("No source's key, where one is needed.", Problem),
    429: ("Over the rate.", Problem),
}
_SECONDS = {"type": "integer", "minimum": 1}
_RETRY_AFTER = {"description": "Seconds to wait.", "required": True, "schema": _SECONDS}


def write_responses(responses: Responses) -> Json:
    """Return the responses as OpenAPI writes them, by status."""
    return {str(status): _response(status, *row) for status, row in sorted(responses.items())}


def _response(status: int, description: str, body: type[BaseModel]) -> Json:
    if status < 400:
        return {"description": description, "content": {JSON: {"schema": {"$ref": body}}}}
    schema = {"$ref": body, "properties": {"status": {"const": status}}}
    return {
        "description": description,
        "headers": {"Retry-After": _RETRY_AFTER} if status in (429, 503) else {},
        "content": {PROBLEM_JSON: {"schema": schema}},
    }

"""The models of the responses' bodies."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ingestion.errors import FieldError
from ingestion.intake.submission import MAX_EVENTS
from ingestion.store.cause import Cause

Index = Annotated[int, Field(ge=0, lt=MAX_EVENTS)]


# The docstrings of the models are their descriptions in the document.
class Problem(BaseModel):
    """An RFC 9457 problem document."""

    title: str
    status: int
    detail: str


class ValidEvent(BaseModel):
    """A valid event of the request. `not_taken` means that the topic did not accept it."""

    index: Index
    id: str
    status: Literal["accepted", "not_taken"]


class RejectedEvent(BaseModel):
    """An event of the request that is invalid. Do not retry it unchanged."""

    index: Index
    status: Literal["rejected"]


@dataclass(frozen=True)
class Fault(FieldError):
    """An error of the event at `index` of the request."""

    index: Index
    reason: Literal[
        "invalid_event", "wrong_source", "unknown_entity", "invalid_entity", "too_large"
    ]


class Results(BaseModel):
    """The outcome of each event, and every error of the invalid events."""

    events: list[ValidEvent | RejectedEvent]
    errors: list[Fault]


class Refusal(Problem):
    """A problem document, with the results if the events were checked."""

    events: list[ValidEvent | RejectedEvent] = []
    errors: list[Fault] = []


@dataclass(frozen=True)
class UploadFault(FieldError):
    """An error of the requested upload."""

    reason: Literal["invalid_upload"]


class UploadRefusal(Problem):
    """A problem document with every error."""

    errors: list[UploadFault] = []


class Provenance(Cause):
    """The last event that changed the entity."""


class OlderCorrection(Problem):
    """A problem document with the time of the stored event."""

    stored_time: str


class SearchRefusal(Problem):
    """A problem document. If `q` cannot be read, `position` says where, from 1."""

    position: Annotated[int, Field(ge=1)] | None = None


class HighlightPart(BaseModel):
    """A part of a text. It is plain text: escape it in a page."""

    text: str
    match: Annotated[bool, Field(description="Whether the part is what was searched.")]

"""The body of `POST /{path}` of a source with rules, and the answers to it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ingestion.catalog import Source
from ingestion.http.payloads import FORM, XML
from ingestion.intake.media_type import JSON
from ingestion.intake.submission import MAX_EVENTS
from ingestion.openapi.bodies import Index, Problem
from ingestion.openapi.responses import POST, Responses
from ingestion.openapi.schemas import Json

Rule = Annotated[int, Field(ge=1, description="The number of the rule, from 1.")]
Item = Annotated[int, Field(ge=0, description="The number of the rule's item, from 0.")]
Reason = Literal[
    "unmatched",
    "unreadable_payload",
    "unmappable_item",
    "ambiguous_item",
    "invalid_entity",
    "invalid_event",
    "too_large",
]


# The docstrings of the models are their descriptions in the document.
class MappedItem(BaseModel):
    """An item that became an event. `not_taken` means that the topic did not accept it."""

    index: Index
    rule: Rule
    item: Item
    id: str
    status: Literal["accepted", "not_taken"]


class RefusedItem(BaseModel):
    """An item, or the payload as a whole, that made no event. Do not retry it unchanged.

    `quarantined` means that the request is kept, because its source has quarantine.
    """

    index: Index
    rule: Rule = 1
    item: Item = 0
    status: Literal["rejected", "quarantined"]


class IgnoredPayload(BaseModel):
    """A payload that the source's rules ignore."""

    index: Index
    status: Literal["ignored"]


class PayloadFault(BaseModel):
    """An error of an item, or of the payload at `index` of the request."""

    index: Index
    rule: Rule = 1
    item: Item = 0
    reason: Reason
    field: str
    message: str


_Outcomes = list[MappedItem | RefusedItem | IgnoredPayload]


class PayloadResults(BaseModel):
    """The outcome of each item and of each payload without items, and every error.

    `quarantined` is the id under which the request is kept, if its source has quarantine. `detail`
    says why, if no payload could be read.
    """

    events: _Outcomes
    errors: list[PayloadFault]
    quarantined: str = ""
    detail: str = ""


class PayloadRefusal(Problem):
    """A problem document, with the results if the payloads were mapped."""

    events: _Outcomes = Field(default=[])
    errors: list[PayloadFault] = Field(default=[])


RESPONSES: Responses = POST | {
    202: ("All payloads are accepted or ignored.", PayloadResults),
    207: (
        "Some items or payloads are accepted or ignored. The others are invalid.",
        PayloadResults,
    ),
    400: ("The body is not JSON, not a form or not XML.", Problem),
    413: ("The body, every event or the number of items is too large.", PayloadRefusal),
    422: ("No payload makes an event.", PayloadRefusal),
    503: (
        "Not all events were accepted, or the operator closed the source. Retry later with the same"
        " payloads.",
        PayloadRefusal,
    ),
}
DESCRIPTION = f"""The rules of the source turn a payload into events. A top-level array is a list of
payloads. A request makes at most {MAX_EVENTS} events. JSON may have any type that ends in `+json`.
A structured CloudEvent is one payload, and a batch is a list of payloads. In the binary mode the
body is the payload.
"""


def content(source: Source) -> Json:
    """Return what the source may post, by media type."""
    form = {"type": "object", "additionalProperties": {}}
    example: Json = {"field": "text"}
    if source.form:
        form["required"] = [source.form.json_field]
        example = {source.form.json_field: "{}"}
    xml = {"schema": {"type": "string"}, "example": "<document/>"}
    return {
        JSON: {"schema": {}, "example": {"any": "document"}},
        FORM: {"schema": form, "example": example},
        **dict.fromkeys(XML, xml),
    }

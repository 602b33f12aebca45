"""CloudEvents in the forms that sources post: structured, batched, and binary in HTTP headers.

https://github.com/cloudevents/spec: HTTP protocol binding and JSON event format, 1.0.2.
"""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import unquote

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from entities.base import id_field
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import EventId, EventType
from ingestion.intake.media_type import JSON, is_json, media_type
from ingestion.intake.submission import EventTime, Format, Submission, read_as
from ingestion.syntax import exact_json

STRUCTURED_JSON = "application/cloudevents+json"
BATCH_JSON = "application/cloudevents-batch+json"

_PREFIX = "ce-"
_IN_THE_BODY = ("data", "data_base64", "datacontenttype")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLAIN = re.compile(r"(?:[ -$&-~]|%[0-9A-Fa-f]{2})*")


def _says_json(value: str) -> str:
    if not is_json(media_type(value)):
        raise ValueError(f"must be {JSON} in UTF-8, or left out")
    return value


def _decoded(value: Any) -> Any:
    try:
        return exact_json.read(b64decode(value, validate=True))
    except (TypeError, ValueError) as error:
        raise ValueError("must be JSON in base64") from error


_MediaType = Annotated[
    str,
    AfterValidator(_says_json),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^[^;]*[+/][Jj][Ss][Oo][Nn][ \\t]*(;|$)",
            "description": f"A media type such as {JSON}, in UTF-8, with valid parameters.",
        }
    ),
]
_Encoded = Annotated[
    dict[str, Any],
    BeforeValidator(_decoded),
    WithJsonSchema(
        {
            "type": "string",
            "contentEncoding": "base64",
            "contentMediaType": JSON,
            "description": "The data as JSON in base64.",
        }
    ),
]


class CloudEvent(BaseModel):
    """One event. Attributes that are not named here are extensions, which are ignored."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, hide_input_in_errors=True)
    __pydantic_extra__: dict[Annotated[str, Field(pattern=r"^[a-z0-9]+$")], Any]

    specversion: Literal["1.0"]
    id: EventId
    source: str
    type: EventType
    subject: Annotated[str | None, Field(description="The entity's id, as in the data.")] = None
    time: EventTime | None = None
    datacontenttype: _MediaType | None = None
    dataschema: str | None = None
    data: dict[str, Any] | None = None
    data_base64: _Encoded | None = None


class BinaryEvent(NamedTuple):
    """An event with its attributes in HTTP headers and its data in the body."""

    headers: Mapping[str, str]
    data: Any


def encoded_data(items: Iterable[Any]) -> Iterator[bytes]:
    """Yield the data in base64 of structured events, decoded, not parsed."""
    for item in items:
        if isinstance(item, dict) and "data_base64" in item:
            with suppress(TypeError, ValueError):
                yield b64decode(item["data_base64"], validate=True)


def _read_structured(item: Any) -> Submission:
    event = read_as(CloudEvent, item)
    entity_name, _, operation = event.type.rpartition(".")
    return Submission(
        entity_name=entity_name.upper(),
        body=_data(event, id_field(entity_name), operation == "delete"),
        id=event.id,
        time=event.time,
        operation="delete" if operation == "delete" else "upsert",
        source=event.source,
    )


def _data(event: CloudEvent, key: str, is_delete: bool) -> dict[str, Any]:
    """Return the entity's fields. A delete needs the id only, in its subject or its data."""
    if event.data is not None and event.data_base64 is not None:
        raise _rejected("data_base64", "must be omitted if data is present")
    data = event.data if event.data is not None else event.data_base64
    if is_delete and (data is not None or event.subject):
        named = {key: event.subject} if event.subject else {}
        data = named | {name: value for name, value in (data or {}).items() if name == key}
    if data is None:
        raise _rejected("data", "must hold the entity")
    if event.subject not in (None, data.get(key, event.subject)):
        raise _rejected("subject", "must be the entity's id")
    return data


def _read_binary(item: BinaryEvent) -> Submission:
    attributes = {
        name.lower().removeprefix(_PREFIX): value
        for name, value in item.headers.items()
        if name.lower().startswith(_PREFIX)
    }
    for name in _IN_THE_BODY:
        if name in attributes:
            raise _rejected(
                name, "must not be a ce- header in binary mode: the body holds the data"
            )
    decoded = {name: _header_value(name, value) for name, value in attributes.items()}
    return _read_structured(decoded | {"data": item.data})


def _header_value(name: str, text: str) -> str:
    """Return the value of an attribute: unquoted, because older senders quote, then decoded."""
    quoted = _QUOTED.fullmatch(text)
    value = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text
    try:
        if not _PLAIN.fullmatch(value):
            raise ValueError(value)
        return unquote(value, errors="strict")
    except ValueError as error:
        raise _rejected(
            name, "must be printable ASCII; percent-encode all other characters as UTF-8"
        ) from error


def _rejected(field: str, message: str) -> RejectedRecord:
    return RejectedRecord("invalid_event", FieldError(field, message))


STRUCTURED = Format(_read_structured, "type", "data")
BINARY = Format(_read_binary, "type", "data")

"""The one message: a CloudEvents 1.0 JSON object on topic, queue, dead letter and change feed."""

import re
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from entities.base import id_field
from ingestion.errors import RejectedRecord

Operation = Literal["upsert", "delete"]

REQUEST_ID = "request_id"  # The attribute of what brought it: an HTTP request or an upload.
REDRIVE_COUNT = "redrive_count"  # The attribute of how often it was brought back.
RETRIES_EXHAUSTED = "retries_exhausted"  # The reason of a dead letter that the queue itself made.
MAX_EVENT_BYTES = 240 * 1024  # SNS takes 256 KB with the attributes.
_MAX_GROUP_CHARACTERS = 128  # SNS: MessageGroupId is 1 to 128 letters, digits and punctuation.
_PLAIN = re.compile(r"[!-~]+")
_FIXED_WIDTH = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d\.\d{6}Z", re.ASCII)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def timestamp(moment: datetime) -> str:
    """An aware time as UTC text of fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def queue_text(json: str) -> str:
    """JSON in the characters that a queue takes: XML's, less two."""
    return json.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def fixed_width(value: str) -> str:
    """An RFC 3339 time as such text. Raises ValueError."""
    try:
        if _FIXED_WIDTH.fullmatch(value):
            datetime.fromisoformat(value)
            return value
        if not _RFC3339.fullmatch(value):
            raise ValueError(value)
        return timestamp(datetime.fromisoformat(value.upper()))
    except (ValueError, OverflowError) as error:
        raise ValueError(
            "must be an RFC 3339 time with its offset, such as 2026-01-31T12:00:00Z"
        ) from error


EventId = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^\P{C}+$")]
EventType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.(upsert|delete)$")]
Timestamp = Annotated[
    str,
    AfterValidator(fixed_width),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Message(BaseModel):
    """What all messages are: CloudEvents 1.0 about one entity.

    `id` is unique within `source`; `subject` is the entity's id; `time` is when it happened and
    `receivedat` when the platform took it. Attribute names follow CloudEvents 1.0, section 3
    (https://github.com/cloudevents/spec); unknown ones are ignored, as it asks of consumers.
    """

    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)

    specversion: Literal["1.0"] = "1.0"
    id: EventId
    source: str
    type: str
    subject: str
    time: Timestamp
    receivedat: Timestamp
    data: Any

    @cached_property
    def json_bytes(self) -> bytes:
        """The message as it travels."""
        return queue_text(self.model_dump_json()).encode()

    @cached_property
    def entity_name(self) -> str:
        """The name of the entity, such as EQUIPMENT."""
        return self.type.rpartition(".")[0].upper()

    @cached_property
    def key(self) -> str:
        """The entity's key in the table."""
        return f"{self.entity_name}#{self.subject}"

    @cached_property
    def group_id(self) -> str:
        """The FIFO lane: one per entity, so that one entity's trouble stays its own."""
        if len(self.key) <= _MAX_GROUP_CHARACTERS and _PLAIN.fullmatch(self.key):
            return self.key
        return sha256(self.key.encode()).hexdigest()

    @property
    def attributes(self) -> dict[str, str]:
        """What the topic's filters see."""
        return {"source": self.source, "entity_name": self.entity_name}

    @property
    def deduplication_id(self) -> str:
        """Equal for repeats of one message, different for equal ids of two sources."""
        return sha256(f"{self.source}\n{self.id}".encode()).hexdigest()


class Event(Message):
    """What happened to one entity, as a source tells it."""

    type: EventType
    data: dict[str, Any]

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The event in `text`. Raises RejectedRecord where it is none."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise RejectedRecord.from_validation("invalid_event", error) from error

    @property
    def id_field(self) -> str:
        """The field of `data` that must agree with `subject`."""
        return id_field(self.entity_name)

    @property
    def is_delete(self) -> bool:
        """Whether the event takes the entity away."""
        return self.type.endswith(".delete")

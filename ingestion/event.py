"""Messages in CloudEvents 1.0 JSON: the base `Message`, and `Event`, which sources send."""

import re
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from ingestion.errors import FieldError, RejectedRecord, validate_as
from ingestion.syntax import exact_json
from ingestion.syntax.times import Timestamp

Operation = Literal["upsert", "delete"]

REQUEST_ID = "request_id"  # The attribute that names the HTTP request or the upload.
REDRIVE_COUNT = "redrive_count"  # The attribute that counts redrives.
RETRIES_EXHAUSTED = "retries_exhausted"  # The reason of a dead letter whose last attempt failed.
MAX_EVENT_BYTES = 240 * 1024  # SNS accepts 256 KB with the attributes.
TOO_LARGE = "too_large"
_MAX_GROUP_CHARACTERS = 128  # SNS: MessageGroupId is 1 to 128 letters, digits and punctuation.
_PLAIN = re.compile(r"[!-~]+")


def queue_text(json: str) -> str:
    """Escape U+FFFE and U+FFFF, which SQS does not accept because XML does not allow them."""
    return json.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def check_size(encoded: bytes) -> None:
    """Raise RejectedRecord if an event, or its content alone, is too large for the topic."""
    if len(encoded) > MAX_EVENT_BYTES:
        fault = FieldError("", f"must have at most {MAX_EVENT_BYTES} bytes")
        raise RejectedRecord(TOO_LARGE, fault)


EventId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=256,
        pattern=r"^\P{C}+$",
        description="Unique within the source. Without control, formatting, private-use and"
        " unassigned characters.",
    ),
]
EventType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.(upsert|delete)$")]
Revision = Annotated[Timestamp | None, Field(exclude_if=lambda revision: revision is None)]

RulesVersion = Annotated[str | None, Field(exclude_if=lambda version: version is None)]


class Version(BaseModel):
    """Identifies a state of an entity: time, id, source and revision of the event that set it."""

    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)

    time: Timestamp
    id: EventId
    source: str
    revision: Revision = None

    @property
    def origin(self) -> tuple[str, str, str]:
        """Return the time, id and source, which all revisions of an event share."""
        return self.time, self.id, self.source

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Return what orders versions: the table keeps the last one."""
        return *self.origin, self.revision or ""


Replaced = Annotated[Version | None, Field(exclude_if=lambda version: version is None)]


class Message(BaseModel):
    """The base of all messages: CloudEvents 1.0 about one entity.

    `id` is unique within `source`; `subject` is the entity's id; `time` is when it happened and
    `receivedat` when the platform received it. Attribute names follow CloudEvents 1.0, section 3
    (https://github.com/cloudevents/spec). Unknown attributes are ignored, as that section requires.
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
        """Return the message as the topic and the queues carry it."""
        return queue_text(self.model_dump_json()).encode()

    @property
    def entity_name(self) -> str:
        """Return the name of the entity, such as EQUIPMENT."""
        return self.type.rpartition(".")[0].upper()

    @property
    def key(self) -> str:
        """Return the entity's key in the table."""
        return f"{self.entity_name}#{self.subject}"

    @cached_property
    def group_id(self) -> str:
        """Return the FIFO group: one per entity, so that a failure delays no other entity."""
        key = self.key
        if len(key) <= _MAX_GROUP_CHARACTERS and _PLAIN.fullmatch(key):
            return key
        return sha256(key.encode()).hexdigest()

    @property
    def attributes(self) -> dict[str, str]:
        """Return the attributes that the topic's filters read."""
        return {"source": self.source, "entity_name": self.entity_name}

    @cached_property
    def deduplication_id(self) -> str:
        """Return the same id for repeats of a message, and different ids for different sources."""
        return sha256(f"{self.source}\n{self.id}".encode()).hexdigest()


class Event(Message):
    """What happened to one entity, as its source reports it.

    Only the platform sets `revision`, `mapping` and `replaces`. `revision` is the time of the
    event's last edit, or of its receipt under changed rules. `mapping` is the version of the rules
    that made the event. An event with `replaces` applies only while that version is stored.
    """

    type: EventType
    data: dict[str, Any]
    revision: Revision = None
    mapping: RulesVersion = None
    replaces: Replaced = None
    is_timed_by_receipt: bool = Field(default=False, exclude=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the event in `text`. Raises RejectedRecord if it is invalid."""
        try:
            content = exact_json.read(text)
        except ValueError as error:
            raise RejectedRecord(
                "invalid_event", FieldError("", f"is not JSON: {error}")
            ) from error
        return validate_as(cls, content, "invalid_event")

    @cached_property
    def deduplication_id(self) -> str:
        """Return an id that is equal only if everything that the sender gave is equal.

        A time that the platform filled in does not count, because repeats have different ones.
        """
        is_time_of_receipt = self.is_timed_by_receipt or self.time == self.receivedat
        given = None if is_time_of_receipt else self.time
        made_again = (self.revision, self.replaces)
        parts = [self.source, self.id, self.type, self.subject, given, *made_again, self.data]
        return sha256(to_json(parts)).hexdigest()

    @property
    def version(self) -> Version:
        """Return the version of the entity that the event makes."""
        return Version(id=self.id, source=self.source, time=self.time, revision=self.revision)

    def replacing(self, version: Version) -> Self:
        """Return the event as one that applies only while `version` is stored."""
        return self.repeating(self.time, version)

    def repeating(self, time: str, replaces: Version | None) -> Self:
        """Return the event with the time and `replaces` of its first submission."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_validate(fields | {"time": time, "replaces": replaces})

    @property
    def is_delete(self) -> bool:
        """Return whether the event deletes the entity."""
        return self.type.endswith(".delete")

"""The text of a document: as it is read, and the object that holds it while the entity exists."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from entities.document import Document
from entities.fields import EntityId
from ingestion.event import Event, Revision
from ingestion.files.bucket import Bucket
from ingestion.files.upload import Upload
from ingestion.store.reader import TableReader
from ingestion.syntax.times import Timestamp

# Clients remove these from an address, also if they are encoded.
_RELATIVE = (".", "..")


class DocumentText(NamedTuple):
    """The text of each page of a document, and why pages (from 1) could not be read."""

    media_type: str
    pages: list[str]
    faults: list[tuple[int, str]]


class TextObject(BaseModel):
    """The object `texts/<source>/<hash of the document's id>.json`, which the latest upload writes.

    `content` is the text of each page. `key` and `version_id` are those of the uploaded file. Times
    are UTC.
    """

    model_config = ConfigDict(frozen=True, strict=True, hide_input_in_errors=True)

    document_id: str
    event_id: str
    key: str
    version_id: str | None
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_at: Timestamp
    extracted_at: Timestamp
    revision: Revision = None
    content: list[str]

    @property
    def version(self) -> tuple[str, str, str]:
        """Return what orders the uploads of a document, as the table orders their events."""
        return self.uploaded_at, self.event_id, self.revision or ""

    def event(self, source: str, text_key: str) -> Event:
        """Return the event that stores the document. `text_key` is the object's own key."""
        fields = self.model_dump(
            include={"document_id", "name", "media_type", "sha256", "uploaded_at"}
        )
        numbers = {"size_bytes": str(self.size_bytes), "pages": str(len(self.content))}
        return Event(
            id=self.event_id,
            source=source,
            type=f"{Document.entity_name.lower()}.upsert",
            subject=self.document_id,
            time=self.uploaded_at,
            receivedat=self.uploaded_at,
            data=fields | numbers | {"text_key": text_key},
            revision=self.revision,
        )


@dataclass(frozen=True)
class Texts:
    """The bucket of the texts, and the table of their documents."""

    bucket: Bucket
    table: TableReader

    def store(self, key: str, text: TextObject, event: Event) -> None:
        """Write the text of an event's document, unless its entity will never name the text.

        The text is not written either if the object has the same upload or a later one.
        """
        if self._is_unused(key, event):
            return
        content = text.model_dump_json().encode()
        is_written = False
        while not is_written:
            stored = self.bucket.get_object(key)
            if stored and _version_in(stored[0]) >= text.version:
                return
            is_written = self.bucket.replace_object(key, content, stored[1] if stored else None)

    def _is_unused(self, key: str, event: Event) -> bool:
        """Return whether the table will not store the event, and its entity has no such text.

        A document that is deleted after this read needs no other check: the indexer deletes the
        text seconds after the deletion, and then finds the text that was written meanwhile.
        """
        stored = self.table.stored(event.key)
        if not stored.cause or not stored.cause.supersedes(event):
            return False
        return not stored.entity or stored.entity["entity"].get("text_key") != key


def _version_in(content: bytes) -> tuple[str, str, str]:
    """Return the version of a text object, and the lowest version for other bytes."""
    try:
        return TextObject.model_validate_json(content).version
    except ValidationError:
        return ("", "", "")


def document_id(upload: Upload) -> str:
    """Return the key below the folder of the source, or its SHA-256 if it is no id of an entity.

    Two sources may have files of the same name, so the id begins with the source, unless it is the
    default one.
    """
    source = upload.keys.source
    name = upload.key.removeprefix("uploads/").removeprefix(f"{source}/")
    if source != upload.default_source:
        name = f"{source}/{name}"
    if name in _RELATIVE:
        return _hash_of(name)
    try:
        return _entity_id().validate_python(name)
    except ValidationError:
        return _hash_of(name)


def _hash_of(name: str) -> str:
    return sha256(name.encode()).hexdigest()


@cache
def _entity_id() -> TypeAdapter[str]:
    return TypeAdapter(EntityId)

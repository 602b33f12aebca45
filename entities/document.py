"""A document: a file whose text the platform has extracted."""

from hashlib import sha256
from typing import Annotated, ClassVar

from pydantic import Field

from entities.base import Entity
from entities.fields import EntityId, Number, UtcTime

MAX_TEXT_BYTES = 16 * 1024 * 1024  # In UTF-8. The indexer holds the text in memory.
TEXT_KEY_PATTERN = r"^texts/[A-Za-z][A-Za-z0-9_-]{0,23}/[0-9a-f]{32}\.json$"


def text_key(source: str, document_id: str) -> str:
    """Return the key of the text of a source's document, the same for each of its uploads."""
    return f"texts/{source}/{sha256(document_id.encode()).hexdigest()[:32]}.json"


class Document(Entity):
    """An uploaded file. `text_key` is the object in the bucket of uploads that holds its text."""

    entity_name: ClassVar[str] = "DOCUMENT"
    unsearched_fields: ClassVar[frozenset[str]] = frozenset({"media_type", "sha256", "text_key"})

    document_id: Annotated[
        EntityId,
        Field(
            description="The file's key below `uploads/`, without the folder of the default source;"
            " its SHA-256 if that is no valid id."
        ),
    ]
    name: Annotated[str, Field(description="The file's own name.")]
    media_type: Annotated[str, Field(description="What the content is, such as application/pdf.")]
    size_bytes: Number
    sha256: Annotated[
        str,
        Field(pattern=r"^[0-9a-f]{64}$", description="Of the file's content.", examples=["0" * 64]),
    ]
    pages: Annotated[
        Number,
        Field(
            description="The number of its pages or slides; 1 for other formats. Parts of a Word"
            " file that cannot be read, such as its comments, count as further pages."
        ),
    ]
    text_key: Annotated[
        Annotated[str, Field(pattern=TEXT_KEY_PATTERN)] | None,
        Field(
            description="The object that holds the text, if the platform extracted it.",
            examples=[f"texts/documents/{'0' * 32}.json"],
        ),
    ] = None
    uploaded_at: UtcTime

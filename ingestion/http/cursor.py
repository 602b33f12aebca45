"""Cursors: how callers hand back the position where a page ended.

A cursor is not signed: it only holds a position in data that its caller may read anyway.
"""

from base64 import b64decode, urlsafe_b64encode

from pydantic import TypeAdapter
from pydantic_core import to_json

from entities.fields import MAX_ID_BYTES
from ingestion.errors import IngestionError
from ingestion.store.reader import Position

Scope = list[str | None]  # What is read. A cursor is valid for the same scope only.

_CURSOR = TypeAdapter(tuple[Scope, Position])


class BadCursor(IngestionError):
    """The text is not a cursor, or it is the cursor of another scope."""


def write_cursor(scope: Scope, position: Position) -> str:
    """Return the position as text that needs no encoding in a URL."""
    return urlsafe_b64encode(to_json([scope, position])).decode().rstrip("=")


def read_cursor(scope: Scope, cursor: str) -> Position:
    """Return the position in a cursor of this scope. Raises BadCursor."""
    try:
        content = b64decode(cursor + "=" * (-len(cursor) % 4), "-_", validate=True)
        written_for, position = _CURSOR.validate_json(content, strict=True)
    except ValueError as error:
        raise BadCursor from error
    if written_for != scope or len(position.id.encode()) > MAX_ID_BYTES:
        raise BadCursor
    return position

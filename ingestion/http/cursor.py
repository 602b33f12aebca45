"""Pages of items, and cursors: where a page ended, as text that callers send back.

A cursor is not signed: it only holds a position in data that its caller may read anyway.
"""

import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterable
from http import HTTPStatus

from pydantic import TypeAdapter
from pydantic_core import to_json

from entities.fields import MAX_ID_BYTES
from ingestion.http.http_problem import HttpProblem
from ingestion.store.reader import Json, Position, Step

Scope = list[str | None]  # What is read. A cursor is valid for the same scope only.

# Lambda allows 6 MB for a response: JSON text within JSON, or compressed and in base64.
MAX_RESPONSE_BYTES = 5_000_000

_CURSOR = TypeAdapter(tuple[Scope, Position])


def write_cursor(scope: Scope, position: Position) -> str:
    """Return the position as text that needs no encoding in a URL."""
    return urlsafe_b64encode(to_json([scope, position])).decode().rstrip("=")


def read_cursor(scope: Scope, cursor: str | None) -> Position | None:
    """Return the position in a cursor. Raises HttpProblem for an invalid one or another scope's."""
    if cursor is None:
        return None
    detail = "cursor: must be a next_cursor of the same path and the same other parameters"
    try:
        content = b64decode(cursor + "=" * (-len(cursor) % 4), "-_", validate=True)
        written_for, position = _CURSOR.validate_json(content, strict=True)
        if written_for != scope or len(position.id.encode()) > MAX_ID_BYTES:
            raise ValueError(cursor)
    except ValueError as error:
        raise HttpProblem(HTTPStatus.BAD_REQUEST, detail) from error
    return position


def read_page(scope: Scope, steps: Iterable[Step], limit: int, deadline: float) -> Json:
    """Return the items up to the limit, the size of a response or the deadline, and a cursor."""
    items: list[Json] = []
    bytes_left, position = MAX_RESPONSE_BYTES, None
    for step in steps:
        if step.found is not None:
            bytes_left -= len(json.dumps(to_json(step.found).decode()))
            if len(items) == limit or (items and bytes_left < 0):
                break
            items.append(step.found)
        position = step.position
        if time.monotonic() > deadline:
            break
    else:
        position = None
    next_cursor = None if position is None else write_cursor(scope, position)
    return {"items": items, "next_cursor": next_cursor}

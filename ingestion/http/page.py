"""Pages: the items that a read has found, up to what one response may hold."""

import json
import time
from collections.abc import Iterable

from pydantic_core import to_json

from ingestion.http.cursor import Scope, write_cursor
from ingestion.store.reader import Json, Step

# Lambda allows 6 MB for a response: JSON text within JSON, or compressed and in base64.
MAX_RESPONSE_BYTES = 5_000_000


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

"""An operator's correction of one entity, as a submission like those of sources."""

from hashlib import sha256
from typing import Any

from pydantic_core import to_json

from entities.base import Entity
from ingestion.event import Operation

IDEMPOTENCY_KEY = "idempotency-key"  # The header that makes retries of a request the same event.


def correction(
    model: type[Entity], entity_id: str, operation: Operation, content: Any, event_id: str | None
) -> dict[str, Any]:
    """Return the submission. `content` may omit the id; for a delete `content` is `{}`.

    The same `event_id` with other content makes another event, not a repeat.
    """
    body = {model.id_field(): entity_id} | content if isinstance(content, dict) else content
    item = {"entity_name": model.entity_name, "body": body, "operation": operation}
    bound = event_id and f"{event_id}:{sha256(to_json(item)).hexdigest()[:16]}"
    return item | {"id": bound}

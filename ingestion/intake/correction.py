"""What an operator says of one entity, as the event that it becomes: newest wins, as for all."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic_core import to_json

from entities.base import Entity
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import Event

EVENT_ID = "idempotency-key"  # The header of requests that may be repeated.

Item = dict[str, Any]


@dataclass(frozen=True)
class Correction:
    """An entity that is put right; the same under the same `event_id` is the same event."""

    model: type[Entity]
    entity_id: str
    event_id: str | None

    def upsert(self, content: Any) -> Item:
        """The item that puts the entity in, whole; its id may be left out of `content`."""
        key = {self.model.id_field(): self.entity_id}
        return self._item("upsert", key | content if isinstance(content, dict) else content)

    def delete(self) -> Item:
        """The item that takes the entity away."""
        return self._item("delete", {self.model.id_field(): self.entity_id})

    def checked(self, result: Event | RejectedRecord) -> Event | RejectedRecord:
        """The event, unless it is about another entity than the one that was named."""
        if isinstance(result, Event) and result.subject != self.entity_id:
            field = f"body.{self.model.id_field()}"
            fault = FieldError(field, "must be the id in the path, or left out")
            return RejectedRecord("invalid_entity", fault)
        return result

    def _item(self, operation: str, body: Any) -> Item:
        name = self.model.entity_name
        item = {"entity_name": name, "body": body, "operation": operation}
        return item | {"id": self.event_id and self._bound(item)}

    def _bound(self, item: Item) -> str:
        """The event's id: the same key for something else makes another event, not a repeat."""
        return f"{self.event_id}:{sha256(to_json(item)).hexdigest()[:16]}"

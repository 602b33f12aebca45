"""What the rules of a source make of a payload, with what gave each value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ingestion.cli.mapping.payloads import Payload
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.mapping.outcome import MappedEvent, Provenance, rule_name
from ingestion.mapping.values.value import Scope


@dataclass(frozen=True)
class TriedItem:
    """An item of a rule: the event that it makes, or why it makes no valid event.

    `scope` holds what the expressions of the rule read; it is None if `each` or `when` fails.
    `rule` is WHOLE_PAYLOAD if `ignore` fails.
    """

    rule: int
    item: int
    entity_name: str
    scope: Scope | None
    mapped: MappedEvent | None = None
    event: Event | None = None
    rejection: RejectedRecord | None = None
    provenance: Provenance | None = None

    @property
    def rule_name(self) -> str:
        """Return how messages name the rule."""
        return rule_name(self.rule, self.entity_name)

    @property
    def time(self) -> str | None:
        """Return the time of the event; None for an event without a time that is not valid."""
        if self.event:
            return self.event.time
        return self.mapped.time if self.mapped else None

    @property
    def fields(self) -> dict[str, Any]:
        """Return the values of the entity's fields, also those that are not valid."""
        if self.event:
            return self.event.data
        return self.mapped.data if self.mapped else {}

    @property
    def errors(self) -> list[str]:
        """Return why the item makes no valid event, by field, without the name of the rule."""
        errors = self.rejection.errors if self.rejection else ()
        return [f"{each.field}: {each.message}" if each.field else each.message for each in errors]


class TriedPayload(NamedTuple):
    """A payload, and what the rules make of its items. A handshake has its `answer` instead."""

    payload: Payload
    items: Sequence[TriedItem] = ()
    is_ignored: bool = False
    answer: dict[str, Any] | None = None

    @property
    def is_unmatched(self) -> bool:
        """Return whether a payload makes no event, though it is readable and not ignored."""
        return not (self.items or self.is_ignored or self.answer or self.payload.problem)

    @property
    def is_accepted(self) -> bool:
        """Return whether everything in the payload is accepted, ignored or answered."""
        return (
            self.is_ignored
            or bool(self.answer)
            or bool(self.items and all(each.event for each in self.items))
        )

"""Tries the rules of a source on payloads: which events they make, and what gave each value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from entities.base import id_field
from ingestion.catalog import Catalog
from ingestion.cli.mapping.payloads import Payload
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.mapping.compiled import never
from ingestion.mapping.items.compiled_rule import CompiledRule, SelectedItem
from ingestion.mapping.items.scope import payload_scope
from ingestion.mapping.outcome import FailedItem, MappedEvent, Origin
from ingestion.mapping.values.value import FAILURES, Scope

_RECEIPT = "time of receipt"
_HASH = "hash"


class GivenBy(NamedTuple):
    """The expressions that gave an event its time, its id and its fields, or words for them."""

    time: str = ""
    event_id: str = ""
    fields: Mapping[str, str] = {}


@dataclass(frozen=True)
class TriedItem:
    """An item of a rule: the event that it makes, or why it makes no valid event.

    `scope` holds what the expressions of the rule read. `rule` 0 stands for `ignore`.
    """

    rule: int
    item: int
    entity_name: str
    scope: Scope | None
    mapped: MappedEvent | None
    event: Event | None
    rejection: RejectedRecord | None
    given_by: GivenBy = GivenBy()

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


class TriedPayload(NamedTuple):
    """A payload, and what the rules make of its items."""

    payload: Payload
    items: list[TriedItem] = []
    is_ignored: bool = False

    @property
    def is_unmatched(self) -> bool:
        """Return whether a payload that can be read makes no event, and is not ignored."""
        return not (self.items or self.is_ignored or self.payload.problem)

    @property
    def is_accepted(self) -> bool:
        """Return whether everything in the payload is accepted or ignored."""
        return self.is_ignored or bool(self.items and all(each.event for each in self.items))


class Trial:
    """The rules of a source of the catalog, which has rules."""

    def __init__(self, name: str, catalog: Catalog) -> None:
        self.name = name
        self.source = catalog.sources[name]
        rules = catalog.rules_of(name)
        assert rules is not None
        self._compiled = rules
        self._rules = [CompiledRule(number, rule) for number, rule in enumerate(self.source.map, 1)]

    def origin(
        self, received_at: str, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> Origin:
        """Return what expressions read of a request."""
        return Origin(received_at, {name.lower(): text for name, text in headers.items()}, query)

    def try_payload(self, payload: Payload, origin: Origin) -> TriedPayload:
        """Return what the rules make of a payload."""
        if payload.problem:
            return TriedPayload(payload)
        mapped = self._compiled.map_payload(payload.document, origin)
        if mapped.is_ignored:
            return TriedPayload(payload, is_ignored=True)
        scope = payload_scope(payload.document, origin)
        selected = {
            (found.rule.number, found.position): found
            for rule in self._rules
            for found in rule.select(scope, never)
            if isinstance(found, SelectedItem)
        }
        items = []
        for result in mapped.results:
            found = selected.get((result.rule, result.item))
            item_scope = found.scope if found else None
            items.append(self._tried(result, item_scope, origin, is_text=payload.is_text))
        return TriedPayload(payload, items)

    def _tried(
        self, result: MappedEvent | FailedItem, scope: Scope | None, origin: Origin, *, is_text: bool
    ) -> TriedItem:
        name = self.source.map[result.rule - 1].entity if result.rule else ""
        if isinstance(result, FailedItem):
            return TriedItem(
                result.rule, result.item, name, scope, None, None, result.rejection
            )
        given_by = _given_by(self._rules[result.rule - 1], result, scope)
        event, rejection = self._event_of(result, origin, is_text)
        return TriedItem(
            result.rule, result.item, name, scope, result, event, rejection, given_by
        )


def _given_by(rule: CompiledRule, mapped: MappedEvent, scope: Scope) -> GivenBy:
    id_name = id_field(mapped.entity_name)
    fields = {id_name: rule.id.describe(scope)} | {
        name: rule.fields[name].describe(scope) for name in mapped.data if name != id_name
    }
    return GivenBy(
        rule.time.describe(scope) if rule.time else _RECEIPT,
        rule.event_id.describe(scope) if rule.event_id else _HASH,
        fields,
    )

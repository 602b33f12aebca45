"""Tries the rules of a source on payloads: which events they make, and what gave each value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ingestion.catalog import Catalog
from ingestion.cli.mapping.payloads import Payload
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.intake.submission import NATIVE, Caller, Submission, to_event
from ingestion.mapping.compiled import never
from ingestion.mapping.coverage import coverage_of
from ingestion.mapping.items.compiled_rule import CompiledRule, SelectedItem
from ingestion.mapping.items.scope import payload_scope
from ingestion.mapping.outcome import FailedItem, MappedEvent, Origin, Provenance
from ingestion.mapping.values.value import Scope


@dataclass(frozen=True)
class TriedItem:
    """An item of a rule: the event that it makes, or why it makes no valid event.

    `scope` holds what the expressions of the rule read; it is None if `each` or `when` fails.
    `rule` 0 stands for `ignore`.
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
    items: Sequence[TriedItem] = ()
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
        self._caller = Caller(name, self.source)
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
        items = [
            self._tried(each, selected.get((each.rule, each.item)), origin, payload)
            for each in mapped.results
        ]
        return TriedPayload(payload, items)

    def coverage(self, tried: Iterable[TriedPayload]) -> tuple[list[str], list[str]]:
        """Return the paths of the payloads, and those that no rule reads in any of them."""
        read: dict[str, bool] = {}
        for each in tried:
            found = coverage_of(self.source.map, self.source.ignored, each.payload.document)
            read |= dict.fromkeys(found.unread, False) | dict.fromkeys(found.read, True)
        return list(read), [path for path, is_read in read.items() if not is_read]

    def _tried(
        self,
        result: MappedEvent | FailedItem,
        selected: SelectedItem | None,
        origin: Origin,
        payload: Payload,
    ) -> TriedItem:
        name = self.source.map[result.rule - 1].entity if result.rule else ""
        scope = selected.scope if selected else None
        tried = TriedItem(result.rule, result.item, name, scope)
        if isinstance(result, FailedItem):
            return replace(tried, rejection=result.rejection)
        provenance = selected.rule.describe(selected.scope) if selected else None
        tried = replace(tried, mapped=result, provenance=provenance)
        try:
            return replace(tried, event=self._event_of(result, origin, is_text=payload.is_text))
        except RejectedRecord as rejection:
            return replace(tried, rejection=rejection)

    def _event_of(self, mapped: MappedEvent, origin: Origin, *, is_text: bool) -> Event:
        """Return the valid event. Raises RejectedRecord."""
        data = mapped.data
        submission = Submission(
            entity_name=mapped.entity_name, body=data, operation=mapped.operation
        )
        time = mapped.time or origin.received_at
        return to_event(submission, NATIVE, self._caller, origin.received_at, time, mapped.event_id)

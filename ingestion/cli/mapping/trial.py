"""Tries the rules of a source on payloads: which events they make, and what gave each value."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain, groupby

from ingestion.catalog import Catalog, Source
from ingestion.cli.mapping.payloads import Payload, Request, UnreadablePayloads, read_payloads
from ingestion.cli.mapping.tried import TriedItem, TriedPayload
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.intake.mapped import PayloadMapper
from ingestion.intake.placed import Placed
from ingestion.intake.submission import MAX_EVENTS, Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.mapping.coverage import coverage_of
from ingestion.mapping.items.compiled_rule import SelectedItem
from ingestion.mapping.items.scope import never, payload_scope
from ingestion.mapping.outcome import (
    WHOLE_PAYLOAD,
    FailedItem,
    MappedEvent,
    Origin,
    TooManyItems,
)

Key = tuple[int, int]  # The numbers of a rule and of an item.
Outcome = Event | RejectedRecord | None


class Trial:
    """Tries the rules of one source. Raises UnreadablePayloads for what a POST would refuse."""

    def __init__(self, name: str, source: Source, rules: CompiledRules) -> None:
        self.name = name
        self.source = source
        self._compiled = rules

    def try_file(self, content: bytes, file_format: str, request: Request) -> list[TriedPayload]:
        """Return what the rules make of the payloads of a file. Raises UnreadablePayloads."""
        payloads = read_payloads(content, file_format, self.source, request)
        mapper = PayloadMapper(
            self._compiled,
            Caller(self.name, self.source),
            payloads.origin,
            datetime.fromisoformat(request.received_at),
            payloads.is_text,
        )
        if payloads.is_post:
            return self._try_request(payloads.items, mapper)
        return [self._try_row(each, mapper) for each in payloads.items]

    def coverage(self, tried: Iterable[TriedPayload]) -> tuple[list[str], list[str]]:
        """Return the paths of the payloads, and those that no rule reads in any of them."""
        read: dict[str, bool] = {}
        for each in tried:
            found = coverage_of(self.source.map, self.source.ignored, each.payload.document)
            read = {**dict.fromkeys(found.unread, False), **read, **dict.fromkeys(found.read, True)}
        return list(read), [path for path, is_read in read.items() if not is_read]

    def _try_request(self, items: list[Payload], mapper: PayloadMapper) -> list[TriedPayload]:
        """Return what the payloads of one POST make, in the words of its response."""
        readable = [each for each in items if not each.problem]
        try:
            placed = mapper.results([each.document for each in readable])
        except TooManyItems as error:
            detail = f"{error.count} items: a POST makes at most {MAX_EVENTS} events"
            raise UnreadablePayloads(detail) from error
        by_index = groupby(placed, lambda each: each.place["index"])
        outcomes = ({_key_of_place(each): each.outcome for each in group} for _, group in by_index)
        return [
            TriedPayload(each) if each.problem else self._tried(each, mapper.origin, next(outcomes))
            for each in items
        ]

    def _try_row(self, row: Payload, mapper: PayloadMapper) -> TriedPayload:
        """Return what a row of a file makes. The id of a real row names the upload, too."""
        if row.problem:
            return TriedPayload(row)
        received_at = mapper.origin.received_at
        origin = mapper.origin._replace(row_id=f"{received_at}-{row.line:010}")
        results = self._compiled.map_payload(row.document, origin).results
        return self._tried(row, origin, {_key(each): _event_of(each, mapper) for each in results})

    def _tried(
        self, payload: Payload, origin: Origin, outcomes: dict[Key, Outcome]
    ) -> TriedPayload:
        mapped = self._compiled.map_payload(payload.document, origin)
        if not mapped.results:
            return TriedPayload(payload, is_ignored=mapped.is_ignored)
        events = {_key(each): each for each in mapped.results if isinstance(each, MappedEvent)}
        scope = payload_scope(payload.document, origin)
        found = chain.from_iterable(rule.select(scope, never) for rule in self._compiled.rules)
        selected = {(i.rule.number, i.position): i for i in found if isinstance(i, SelectedItem)}
        items = [
            self._item(key, outcome, events.get(key), selected.get(key))
            for key, outcome in outcomes.items()
        ]
        return TriedPayload(payload, items)

    def _item(
        self,
        key: Key,
        outcome: Outcome,
        mapped: MappedEvent | None,
        selected: SelectedItem | None,
    ) -> TriedItem:
        rule, item = key
        return TriedItem(
            rule,
            item,
            self.source.map[rule - 1].entity if rule != WHOLE_PAYLOAD else "",
            scope=selected.scope if selected else None,
            mapped=mapped,
            event=outcome if isinstance(outcome, Event) else None,
            rejection=outcome if isinstance(outcome, RejectedRecord) else None,
            provenance=selected.rule.describe(selected.scope) if selected and mapped else None,
        )


def open_trial(catalog: Catalog, name: str) -> Trial:
    """Return the trial of a source of the catalog that has rules."""
    rules = catalog.rules_of(name)
    if rules is None:
        raise LookupError(name)
    return Trial(name, catalog.sources[name], rules)


def _event_of(made: MappedEvent | FailedItem, mapper: PayloadMapper) -> Event | RejectedRecord:
    """Return the event of an item of a row, or why it makes none."""
    if isinstance(made, FailedItem):
        return made.rejection
    try:
        return mapper.event(made, made.time or mapper.origin.received_at)
    except RejectedRecord as rejection:
        return rejection


def _key(result: MappedEvent | FailedItem) -> Key:
    return result.rule, result.item


def _key_of_place(placed: Placed) -> Key:
    return placed.place.get("rule", WHOLE_PAYLOAD), placed.place.get("item", 0)

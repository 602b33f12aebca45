"""Tries the rules of a source on payloads: which events they make, and what gave each value."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ingestion.catalog import Catalog, Source
from ingestion.cli.mapping.payloads import (
    Payload,
    PayloadFile,
    Payloads,
    Request,
    UnreadablePayloads,
    read_payloads,
)
from ingestion.cli.mapping.trial_result import TriedItem, TriedPayload
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.intake.mapped import Outcome, PayloadMapper
from ingestion.intake.submission import MAX_EVENTS, Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.mapping.coverage import coverage_of
from ingestion.mapping.handshakes import answer_handshake
from ingestion.mapping.items.compiled_rule import SelectedItem
from ingestion.mapping.outcome import (
    FailedItem,
    MappedEvent,
    MappedPayload,
    TooManyItems,
)
from ingestion.mapping.values.value import FAILURES


class Trial:
    """Tries the rules of one source. Raises UnreadablePayloads for what a POST would refuse."""

    def __init__(self, name: str, source: Source, rules: CompiledRules) -> None:
        self.name = name
        self.source = source
        self._compiled = rules

    def try_file(self, file: PayloadFile, request: Request) -> list[TriedPayload]:
        """Return what the rules make of the payloads of a file. Raises UnreadablePayloads."""
        payloads = read_payloads(file, self.source, request)
        if answer := self._answer(payloads):
            return [TriedPayload(payloads.items[0], answer=answer)]
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

    def _answer(self, payloads: Payloads) -> dict[str, Any] | None:
        """Return the answer if the payload of a POST is a handshake. Raises UnreadablePayloads."""
        handshake, items = self.source.handshake, payloads.items
        if handshake is None or not payloads.is_post or len(items) != 1 or items[0].problem:
            return None
        try:
            return answer_handshake(
                handshake.when, handshake.answer, items[0].content, payloads.origin
            )
        except FAILURES as failure:
            raise UnreadablePayloads(f"the handshake of this source fails: {failure}") from failure

    def coverage(self, tried: Iterable[TriedPayload]) -> tuple[list[str], list[str]]:
        """Return the paths of the payloads, and those that no rule reads in any of them.

        Leaves out handshakes, which rules do not read.
        """
        read: dict[str, bool] = {}
        for each in tried:
            if each.answer:
                continue
            found = coverage_of(self.source.map, self.source.ignored, each.payload.document)
            read = {**dict.fromkeys(found.unread, False), **read, **dict.fromkeys(found.read, True)}
        return list(read), [path for path, is_read in read.items() if not is_read]

    def _try_request(self, items: list[Payload], mapper: PayloadMapper) -> list[TriedPayload]:
        """Return what the payloads of one POST make, in the words of its response."""
        try:
            mapped = list(mapper.map_payloads([each.content for each in items]))
        except TooManyItems as error:
            detail = f"{error.count} items: a POST makes at most {MAX_EVENTS} events"
            raise UnreadablePayloads(detail) from error
        return [self._tried(each, *made) for each, made in zip(items, mapped, strict=True)]

    def _try_row(self, row: Payload, mapper: PayloadMapper) -> TriedPayload:
        """Return what a row of a file makes. The id of a real row names the upload, too."""
        if row.problem:
            return TriedPayload(row)
        received_at = mapper.origin.received_at
        origin = mapper.origin._replace(row_id=f"{received_at}-{row.line:010}")
        mapped = self._compiled.map_payload(row.content, origin)
        outcomes = [mapper.outcome(made, received_at) for made in mapped.results]
        return self._tried(row, mapped, outcomes)

    def _tried(
        self, payload: Payload, mapped: MappedPayload, outcomes: list[Outcome]
    ) -> TriedPayload:
        if payload.problem:
            return TriedPayload(payload)
        items = (item for item in mapped.selected if isinstance(item, SelectedItem))
        selected = {(item.rule.number, item.position): item for item in items}
        results = zip(mapped.results, outcomes, strict=True)
        return TriedPayload(
            payload,
            [
                self._item(made, outcome, selected.get((made.rule, made.item)))
                for made, outcome in results
            ],
            is_ignored=mapped.is_ignored,
        )

    def _item(
        self, made: MappedEvent | FailedItem, outcome: Outcome, selected: SelectedItem | None
    ) -> TriedItem:
        mapped = made if isinstance(made, MappedEvent) else None
        return TriedItem(
            made.rule,
            made.item,
            made.entity_name,
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

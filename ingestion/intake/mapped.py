"""Makes the events of payloads by the rules of their source, each item on its own."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json

import entities
from ingestion.errors import FieldError, RejectedRecord, validate_as
from ingestion.event import Event, check_size
from ingestion.intake.placed import Placed
from ingestion.intake.rule_words import in_words_of_rules
from ingestion.intake.submission import MAX_EVENTS, Caller
from ingestion.intake.text_entity import typed_data
from ingestion.mapping.compiled import CompiledRules
from ingestion.mapping.items.scope import never
from ingestion.mapping.outcome import (
    WHOLE_PAYLOAD,
    FailedItem,
    MappedEvent,
    MappedPayload,
    MappingOutOfTime,
    Origin,
    TooManyItems,
    located,
)
from ingestion.syntax.exact_json import UnreadableItem
from ingestion.syntax.times import timestamp

UNMATCHED = RejectedRecord(
    "unmatched",
    FieldError("", "no rule of the source makes an event of it, and `ignore` does not name it"),
)

Outcome = Event | RejectedRecord


@dataclass(frozen=True)
class PayloadMapper:
    """Maps the payloads of one request, or of one file.

    `is_text` says that all values are texts. `revision` is set on all events if the rules
    changed since the last run. `max_events` is the bound of a request; None if it has none.
    """

    rules: CompiledRules
    caller: Caller
    origin: Origin
    received_at: datetime
    is_text: bool = False
    must_stop: Callable[[], bool] = never
    revision: str | None = None
    max_events: int | None = MAX_EVENTS

    def results(self, payloads: list[Any]) -> list[Placed]:
        """Return the events of the payloads in order, and what made no event.

        Raises MappingOutOfTime, and TooManyItems for over `max_events` items. Its `count`
        includes the payload that exceeds the limit.
        """
        return [
            placed
            for index, (mapped, outcomes) in enumerate(self.map_payloads(payloads))
            for placed in _placed(index, mapped, outcomes)
        ]

    def map_payloads(self, payloads: list[Any]) -> Iterator[tuple[MappedPayload, list[Outcome]]]:
        """Yield what the rules make of each payload, with the outcome of each of its results.

        Raises as `results` does.
        """
        count = 0  # Of results.
        for index, payload in enumerate(payloads):
            if self.must_stop():
                raise MappingOutOfTime
            try:
                left = None if self.max_events is None else self.max_events - count
                mapped = self._mapped(payload, left)
            except TooManyItems as error:
                raise TooManyItems(count + error.count) from error
            time = self._time_of_receipt(index)
            yield mapped, [self.outcome(made, time) for made in mapped.results]
            count += len(mapped.results)

    def _mapped(self, payload: Any, max_items: int | None) -> MappedPayload:
        if isinstance(payload, UnreadableItem):
            fault = FieldError("", f"is not JSON: {payload.message}")
            unreadable = RejectedRecord("unreadable_payload", fault)
            return MappedPayload([FailedItem(WHOLE_PAYLOAD, 0, "", unreadable)])
        return self.rules.map_payload(
            payload, self.origin, max_items=max_items, must_stop=self.must_stop
        )

    def outcome(self, made: MappedEvent | FailedItem, time_of_receipt: str) -> Outcome:
        """Return the event of a result, or why there is none, without the name of the rule."""
        if isinstance(made, FailedItem):
            return made.rejection
        try:
            return self.event(made, made.time or time_of_receipt)
        except RejectedRecord as rejection:
            return rejection

    def _time_of_receipt(self, index: int) -> str:
        """Return a time that is later for a later payload, and the same for a repeated message.

        It does not depend on the rules, which may change until the request is redriven.
        """
        first_receipt = self.caller.first_receipt(self.received_at)
        return timestamp(first_receipt + timedelta(microseconds=index))

    def event(self, made: MappedEvent, time: str) -> Event:
        """Return the event of an item, validated.

        Raises RejectedRecord, whose fields are those of the entity, without the rule.
        """
        try:
            return self._event(made, time)
        except RejectedRecord as rejection:
            errors = in_words_of_rules(rejection.errors)
            raise RejectedRecord(rejection.reason, *errors) from rejection

    def _event(self, made: MappedEvent, time: str) -> Event:
        source, received_at = self.caller.source, timestamp(self.received_at)
        is_delete, data = made.operation == "delete", made.data
        check_size(to_json(data))  # First: each error of large data takes much memory.
        if self.is_text and not is_delete:
            data = typed_data(entities.models()[made.entity_name], data)
        source.validate_entity(made.entity_name, data, delete=is_delete, within="")
        source.check_time(time, received_at)
        attributes = {
            "id": made.event_id,
            "source": self.caller.name,
            "type": f"{made.entity_name.lower()}.{made.operation}",
            "subject": made.entity_id,
            "time": time,
            "receivedat": received_at,
            "data": data,
            "revision": self.revision,
            "mapping": self.rules.version,
            "is_timed_by_receipt": made.time is None,
        }
        event = validate_as(Event, attributes, "invalid_event")
        check_size(event.json_bytes)
        return event


def _placed(index: int, mapped: MappedPayload, outcomes: Iterable[Outcome]) -> Iterator[Placed]:
    """Yield what became of one payload."""
    place = {"index": index}
    if not mapped.results:
        yield Placed(place, None if mapped.is_ignored else UNMATCHED)
    for made, outcome in zip(mapped.results, outcomes, strict=True):
        is_item = made.rule != WHOLE_PAYLOAD
        of_item = {"rule": made.rule, "item": made.item} if is_item else {}
        shown = located(made, outcome) if isinstance(outcome, RejectedRecord) else outcome
        yield Placed(place | of_item, shown)

"""One rule of a source, ready to find the items of a payload and to make their events."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from entities.base import id_field
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import MAX_EVENT_BYTES, TOO_LARGE
from ingestion.mapping.expressions import compile_expression
from ingestion.mapping.items.event_ids import PayloadIds
from ingestion.mapping.items.scope import MustStop, item_scopes
from ingestion.mapping.language.plain import is_true
from ingestion.mapping.outcome import UNMAPPABLE_ITEM, FailedItem, MappedEvent, Provenance
from ingestion.mapping.rules import Rule
from ingestion.mapping.values.event_keys import compile_event_time, compile_operation
from ingestion.mapping.values.forms import compile_value
from ingestion.mapping.values.ids import compile_id
from ingestion.mapping.values.value import FAILURES, Scope


class SelectedItem(NamedTuple):
    """An item that makes an event of a rule. `position` counts the items of the rule from 0."""

    rule: "CompiledRule"
    position: int
    scope: Scope


def failure_at(key: str, failure: Exception) -> RejectedRecord:
    """Return the rejection of an item whose key fails. It never holds a value."""
    is_too_deep = isinstance(failure, RecursionError)
    fault = FieldError(key, "is nested too deeply" if is_too_deep else str(failure))
    return RejectedRecord(UNMAPPABLE_ITEM, fault)


def _text_length(values: Iterable[Any]) -> int:
    """Return the characters of all texts, also of those in a list, which `split` makes."""
    length = 0
    for value in values:
        if type(value) is str:
            length += len(value)
        elif type(value) is list:
            length += sum(len(text) for text in value if type(text) is str)
    return length


class CompiledRule:
    """A rule with its expressions compiled. `number` counts from 1.

    Raises BadExpression, and ValueError for a bad format.
    """

    def __init__(self, number: int, rule: Rule) -> None:
        self.number = number
        self.entity_name = rule.entity
        self.id = compile_id(rule.id_parts)
        self.time = compile_event_time(rule.time_form) if rule.time_form else None
        self.event_id = compile_id(rule.event_id) if rule.event_id is not None else None
        self.operation = compile_operation(rule.operation)
        self.fields = {name: compile_value(value) for name, value in rule.fields.items()}
        self._id_field = id_field(rule.entity)
        self._steps = [compile_expression(step) for step in rule.steps]
        self._when = compile_expression(rule.when) if rule.when is not None else None
        self._evaluations = [(name, value.evaluate) for name, value in self.fields.items()]

    def select(self, payload: Scope, must_stop: MustStop) -> Iterator[SelectedItem | FailedItem]:
        """Yield the items for which `when` is true, and the items that fail.

        Evaluates `each` and `when`, and no other key.
        """
        for position, found in enumerate(item_scopes(self._steps, payload, must_stop)):
            if isinstance(found, Exception):
                yield self._failed(position, failure_at("each", found))
                continue
            try:
                is_selected = self._when is None or is_true(self._when.evaluate(found))
            except FAILURES as failure:
                yield self._failed(position, failure_at("when", failure))
                continue
            if is_selected:
                yield SelectedItem(self, position, found)

    def map_item(self, position: int, scope: Scope, ids: PayloadIds) -> MappedEvent | FailedItem:
        """Return the event of an item, or the first reason why the rule can make none."""
        key = "id"  # The key that is evaluated, for the message of a failure.
        try:
            entity_id = self.id.evaluate(scope)
            key = "operation"
            operation = self.operation(scope)
            key = "time"
            time = self.time.evaluate(scope) if self.time else None
            key = "event_id"
            event_id = self._event_id_of(entity_id, position, scope, ids)
            data = {self._id_field: entity_id}
            if operation == "upsert":
                for key, evaluate in self._evaluations:
                    value = evaluate(scope)
                    if value is not None:
                        data[key] = value
        except FAILURES as failure:
            return self._failed(position, failure_at(key, failure))
        # Rules may repeat a text.
        if _text_length(data.values()) + len(event_id) > MAX_EVENT_BYTES:
            fault = FieldError("", f"makes an event of over {MAX_EVENT_BYTES} bytes")
            return self._failed(position, RejectedRecord(TOO_LARGE, fault))
        return MappedEvent(
            self.number, position, self.entity_name, entity_id, operation, time, event_id, data
        )

    def describe(self, scope: Scope) -> Provenance:
        """Return what gives an item's event its values. Raises as the expressions do."""
        is_delete = self.operation(scope) == "delete"
        given = {} if is_delete else self.fields
        return Provenance(
            id=self.id.describe(scope),
            time=self.time.describe(scope) if self.time else None,
            event_id=self.event_id.describe(scope) if self.event_id else None,
            fields={
                name: value.describe(scope)
                for name, value in given.items()
                if value.evaluate(scope) is not None
            },
        )

    def _failed(self, position: int, rejection: RejectedRecord) -> FailedItem:
        return FailedItem(self.number, position, self.entity_name, rejection)

    def _event_id_of(self, entity_id: str, position: int, scope: Scope, ids: PayloadIds) -> str:
        if self.event_id:
            return ids.delivery_id(self.event_id.evaluate(scope), self.entity_name, entity_id)
        if row_id := ids.row_id(self.number, position):
            return row_id
        is_timed = self.time is not None
        return ids.payload_id(self.entity_name, entity_id, is_timed=is_timed)

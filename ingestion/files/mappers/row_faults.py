"""Joins the faults of a row's items to one rejection."""

from ingestion.errors import MAX_FAULTS, FieldError, RejectedRecord
from ingestion.mapping.outcome import (
    WHOLE_PAYLOAD,
    FailedItem,
    MappedEvent,
    at_place,
    rule_name,
)


class RowFaults:
    """The faults of a row: the first MAX_FAULTS, and how many more there are."""

    def __init__(self) -> None:
        self._reason = ""
        self._errors: list[FieldError] = []
        self._more = 0

    def __bool__(self) -> bool:
        return bool(self._reason)

    def add(self, made: MappedEvent | FailedItem, rejection: RejectedRecord) -> None:
        """Add the faults of an item."""
        self._reason = self._reason or rejection.reason
        room = MAX_FAULTS - len(self._errors)
        self._errors += [_located(made, error) for error in rejection.errors[:room]]
        self._more += max(0, len(rejection.errors) - room)

    @property
    def rejection(self) -> RejectedRecord:
        """Return the rejection of the row, with the reason of its first fault."""
        more = [FieldError("", f"and {self._more} more")] if self._more else []
        return RejectedRecord(self._reason, *self._errors, *more)


def _located(made: MappedEvent | FailedItem, error: FieldError) -> FieldError:
    """Return the error with the rule, and with an item that is not the first."""
    if made.rule == WHOLE_PAYLOAD:
        return error
    rule = rule_name(made.rule, made.entity_name)
    return at_place(f"{rule}, item {made.item}" if made.item else rule, error)

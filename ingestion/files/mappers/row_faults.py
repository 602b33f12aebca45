"""Joins the faults of a row's items to one rejection."""

from ingestion.errors import MAX_FAULTS, FieldError, RejectedRecord
from ingestion.mapping.outcome import FailedItem, MappedEvent


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
        self._errors += [_placed(made, error) for error in rejection.errors[:room]]
        self._more += max(0, len(rejection.errors) - room)

    @property
    def rejection(self) -> RejectedRecord:
        """Return the rejection of the row, with the reason of its first fault."""
        more = [FieldError("", f"and {self._more} more")] if self._more else []
        return RejectedRecord(self._reason, *self._errors, *more)


def _placed(made: MappedEvent | FailedItem, error: FieldError) -> FieldError:
    """Return the error, whose field begins with the rule, with an item that is not the first."""
    if not made.item:
        return error
    rule, comma, field = error.field.partition(",")
    return FieldError(f"{rule}, item {made.item}{comma}{field}", error.message)

"""Maps the columns of a row to an entity's fields."""

import re
from collections.abc import Sequence
from typing import Any

from entities.values import to_text
from ingestion.catalog import Source
from ingestion.errors import FieldError, RejectedRecord
from ingestion.times import fixed_width, time_from_epoch_seconds

_EPOCH_SECONDS = re.compile(r"\d{1,11}(\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Escaped so that the values of two rows never make the same id.
_ESCAPED = str.maketrans({"/": "%2F", "%": "%25"})


class ColumnMapping:
    """Maps the columns of a source's rows."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.files = source.files
        self.model = source.file_model
        self._id_field = self.model.id_field()

    def field(self, column: str) -> str | None:
        """Return the column's field, or None if the column is ignored or only forms id or time."""
        name = self.files.columns.get(column, column)
        if name in self.model.model_fields:
            return None if column in self.files.ignore else name
        if column in (*self.files.ignore, *self.files.key, self.files.time):
            return None
        return name

    @property
    def columns(self) -> list[str]:
        """Return the columns that a header may name, in the order of the fields."""
        names = {field: column for column, field in self.files.columns.items()}
        own = [names.get(field, field) for field in self.model.model_fields]
        if self.files.key:
            own.remove(names.get(self._id_field, self._id_field))
        return list(dict.fromkeys([*self.files.key, *own, *filter(None, [self.files.time])]))

    def fields(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return the values of a JSON row by field, not yet validated. Raises RejectedRecord."""
        values = [(field, item[name]) for name in item if (field := self.field(name))]
        row = dict(values)
        if len(row) < len(values):
            raise RejectedRecord(
                "invalid_entity", FieldError("", "must have at most one name for each field")
            )
        if self.files.key:
            row[self._id_field] = self.key([item.get(column) for column in self.files.key])
        return row

    def time(self, value: Any) -> str:
        """Return a time that is RFC 3339, or seconds since 1970 with a fraction."""
        column = str(self.files.time)
        if value in (None, ""):
            missing = FieldError(column, "is missing: the source's `files.time` names this column")
            raise RejectedRecord("invalid_event", missing)
        try:
            text = to_text(value)
            if _DAY.fullmatch(text):  # A sheet shows midnight as a day.
                text = f"{text}T00:00:00Z"
            if _EPOCH_SECONDS.fullmatch(text):
                return time_from_epoch_seconds(text, column)
            return fixed_width(text)
        except (TypeError, ValueError, OverflowError) as error:
            raise RejectedRecord(
                "invalid_event",
                FieldError(column, "must be seconds since 1970, or an RFC 3339 time"),
            ) from error

    def key(self, values: Sequence[Any]) -> str:
        """Return the entity's id from the values of the `key` columns: one, or joined by "/"."""
        for column, value in zip(self.files.key, values, strict=True):
            if value in (None, "") or isinstance(value, bool | dict | list):
                needed = f"needs a text or number in {', '.join(self.files.key)}"
                error = FieldError(self._id_field, f"{needed}: {column} is {_in_words(value)}")
                raise RejectedRecord("invalid_entity", error)
        if len(values) == 1:
            return to_text(values[0])
        return "/".join(to_text(value).translate(_ESCAPED) for value in values)


def _in_words(value: Any) -> str:
    """Return a value that cannot be part of a key in the words of JSON."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    return to_text(value) or "empty"

"""The short form of a rule: `columns`, `ignore`, `key` and `time` of a source's `files`."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from pydantic_core import to_json

from entities.values import to_text
from ingestion.catalog import Source
from ingestion.errors import FieldError, RejectedRecord
from ingestion.mapping.plain_rule import PlainRule, plain_rule
from ingestion.mapping.rules import EventTimeForm, Form, Rule
from ingestion.mapping.values.ids import join_id
from ingestion.mapping.values.value import RefusedValue
from ingestion.syntax.times import fixed_width, time_from_epoch_seconds

_EPOCH_SECONDS = re.compile(r"\d{1,11}(\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOST_SHAPES = 1_000  # Sets of columns that the objects of a file have.


def version_of(source: Source) -> str:
    """Return a short hash of a source's short form, or an empty text if the source has none."""
    keys = source.files.mapping_keys
    if not keys:
        return ""
    settings = source.files.model_dump(mode="json", include={*keys, "entity"})
    return sha256(to_json(settings)).hexdigest()[:12]


class ShortForm:
    """Turns the short form of a source into the rule that it stands for."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.files = source.files
        self.model = source.file_model
        self._id_field = self.model.id_field()
        self._known = self.model.model_fields
        self._plain_of_shape = lru_cache(_MOST_SHAPES)(self.plain)

    def rule(self, columns: Iterable[str]) -> Rule:
        """Return the rule for a header, or for an object, with these columns.

        A column gives the field that `files.columns` names, or the field of its own name. An
        ignored column gives none. The columns of `files.key` are the id, otherwise the column of
        the id's field. A number in the column of `files.time` is a time from 1990 on only.
        """
        fields: dict[str, str | Form] = {}
        column_of_id = self._id_field
        for column in columns:
            field = self.field(column)
            if field == self._id_field:
                column_of_id = column
            elif field:
                fields[field] = _path(column)
        time = self.files.time and EventTimeForm(
            value=_path(self.files.time), format=["rfc3339", "date", "epoch_s"], zone="UTC"
        )
        return Rule(
            entity=self.model.entity_name,
            id=[*map(_path, self.files.key or [column_of_id])],
            time=time or None,
            fields=fields,
        )

    def plain(self, columns: Sequence[str]) -> PlainRule:
        """Return the names that the rule for these columns reads."""
        plain = plain_rule(self.rule(columns))
        assert plain  # noqa: S101 - a rule of columns takes each value as it is
        return plain

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
        fields = {name: field for name in item if (field := self.field(name))}
        if len(set(fields.values())) < len(fields):
            raise RejectedRecord(
                "invalid_entity", FieldError("", "must have at most one name for each field")
            )
        unknown = {name: item[name] for name, f in fields.items() if f not in self._known}
        known = tuple(name for name in fields if name not in unknown)
        plain = self._plain_of_shape(known)
        row = {field: item[name] for field, name in plain.fields.items()}
        if self.files.key:
            row[self._id_field] = self.key([item.get(name) for name in plain.id])
        elif plain.id[0] in known:
            row[self._id_field] = item[plain.id[0]]
        return row | unknown

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
        """Return the entity's id from the values of the `key` columns. Raises RejectedRecord."""
        try:
            return join_id(values)
        except RefusedValue as refused:
            columns = ", ".join(self.files.key)
            column, value = next(
                p for p in zip(self.files.key, values, strict=True) if _is_no_part(p[1])
            )
            message = f"needs a text or number in {columns}: {column} is {_in_words(value)}"
            raise RejectedRecord("invalid_entity", FieldError(self._id_field, message)) from refused


def _path(column: str) -> str:
    return f"item.{json.dumps(column, ensure_ascii=False)}"


def _is_no_part(value: Any) -> bool:
    return value is None or value == "" or isinstance(value, bool | dict | list)


def _in_words(value: Any) -> str:
    """Return a value that cannot be part of a key in the words of JSON."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    return to_text(value) or "empty"

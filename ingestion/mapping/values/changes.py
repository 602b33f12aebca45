"""Compiles the keys of a form that change its value, each key by one function."""

from collections.abc import Callable
from typing import Any

from ingestion.mapping.rules import Form, NumberFormat
from ingestion.mapping.values.readers.numbers import compile_number
from ingestion.mapping.values.readers.time_formats import (
    compile_day,
    compile_time,
    compile_time_text,
)
from ingestion.mapping.values.value import RefusedValue, exact_text, kind, refusing

# Returns None for null. Is never called with None. Raises RefusedValue.
Change = Callable[[Any], Any]


def _empty(form: Form) -> Change | None:
    texts = frozenset(form.empty)
    if not texts:
        return None
    return lambda value: None if not _has_fields(value) and exact_text(value) in texts else value


def _translate(form: Form) -> Change | None:
    entries, has_default = form.translate, form.default is not None

    def translate(value: Any) -> Any:
        if not _has_fields(value) and (text := exact_text(value)) in entries:
            return entries[text]
        if has_default:
            return None
        raise RefusedValue("has no entry in translate, and there is no default")

    return translate if entries else None


def _number(form: Form) -> Change | None:
    if not form.number:
        return None
    written = form.number if isinstance(form.number, NumberFormat) else NumberFormat()
    return refusing(compile_number(**written.model_dump()))


def _date(form: Form) -> Change | None:
    return None if form.date is None else refusing(compile_day(form.date, form.zone))


def _time(form: Form) -> Change | None:
    if form.time is None:
        return None
    if form.output is not None:
        return refusing(compile_time_text(form.time, form.zone, form.output))
    return refusing(compile_time(form.time, form.zone))


def _split(form: Form) -> Change | None:
    separator, take = form.split, form.take
    if separator is None:
        return None

    def split(value: Any) -> Any:
        if isinstance(value, bool) or _has_fields(value):
            raise RefusedValue(f"is {kind(value)}: split needs a text")
        parts = [part.strip() for part in exact_text(value).split(separator)]
        if take is None:
            return parts
        return parts[take] if -len(parts) <= take < len(parts) else None

    return split


def _text(form: Form) -> Change | None:
    """Return a change to the exact text of a number or a boolean, and of each one in a list."""

    def text(value: Any) -> Any:
        return list(map(exact_text, value)) if isinstance(value, list) else exact_text(value)

    return text if form.text else None


def _has_fields(value: Any) -> bool:
    return isinstance(value, list | dict)


# By key, in the order in which the changes apply. Each raises ValueError for a bad format.
CHANGES: dict[str, Callable[[Form], Change | None]] = {
    "empty": _empty,
    "translate": _translate,
    "number": _number,
    "date": _date,
    "time": _time,
    "split": _split,
    "text": _text,
}

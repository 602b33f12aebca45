"""Infers the type of a field from the values of a sample."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from entities.fields import CalendarDate, Number
from ingestion.cli.sources.new.guesses.find_ids import is_named_as_id
from ingestion.cli.sources.new.guesses.find_times import RFC3339, format_of
from ingestion.cli.sources.new.guesses.names import words_of
from ingestion.cli.sources.new.guesses.path_values import PathValues

_DATE: TypeAdapter[Any] = TypeAdapter(CalendarDate)
_NUMBER: TypeAdapter[Any] = TypeAdapter(Number)
_BOOLEANS = {"true", "false"}
_TEXT = {"type": "text"}
_AS_TEXT = {"text": True}


class Typed(NamedTuple):
    """The declaration of a field, and the keys of a form that make its value; often none."""

    declared: dict[str, Any]
    form: dict[str, Any]


def type_of(path: PathValues, *, is_text: bool) -> Typed | None:
    """Return the type that all values of a path have; None for objects, lists of them and nulls.

    `is_text` says that the payload has only texts, as a table has.
    """
    values = path.values
    if values and all(isinstance(value, list) for value in values):
        return _type_of_lists(path)
    if not values or any(isinstance(value, list | dict) for value in values):
        return None
    return _type_of_scalars(path, is_text=is_text)


def _type_of_lists(path: PathValues) -> Typed | None:
    elements = [element for value in path.values for element in value]
    if not elements or any(isinstance(each, list | dict) or each is None for each in elements):
        return None
    # Values of a time in a list would need a change each, which no form has.
    inner = _type_of_scalars(path._replace(values=elements), is_text=False)
    if set(inner.form) - set(_AS_TEXT):
        inner = Typed(_TEXT, _AS_TEXT)
    declared = {"type": "list", "of": inner.declared["type"], **_without_type(inner.declared)}
    return Typed(declared, inner.form)


def _without_type(declared: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in declared.items() if key != "type"}


def _type_of_scalars(path: PathValues, *, is_text: bool) -> Typed:
    values = path.values
    if all(isinstance(value, bool) for value in values):
        return Typed({"type": "bool"}, {})
    if name := format_of(path):
        return Typed({"type": "time"}, {} if name == RFC3339 else {"time": name})
    if all(isinstance(value, str) for value in values):
        return _type_of_texts(path, is_text=is_text)
    if all(type(value) in (int, Decimal) for value in values) and _are(_NUMBER, values):
        return Typed({"type": "number"}, {})
    return Typed(_TEXT, _AS_TEXT)


def _type_of_texts(path: PathValues, *, is_text: bool) -> Typed:
    values = path.values
    if _are(_DATE, values) and "version" not in words_of(path.keys[-1]):
        return Typed({"type": "date"}, {})
    if is_text and _BOOLEANS.issuperset(map(str.lower, values)):
        return Typed({"type": "bool"}, {})
    if is_text and not is_named_as_id(path) and all(map(_is_plain_number, values)):
        return Typed({"type": "number"}, {})
    return Typed(_TEXT, {})


def _is_plain_number(text: str) -> bool:
    """Return whether a text is a number. One with a leading zero is rather a code."""
    digits = text.removeprefix("-")
    has_zero = digits.startswith("0") and digits[1:2].isdigit()
    return not has_zero and _are(_NUMBER, [text])


def _are(adapter: TypeAdapter[Any], values: Sequence[Any]) -> bool:
    try:
        for value in values:
            adapter.validate_python(value)
    except ValidationError:
        return False
    return True

"""Validate entities whose values are all texts, as in tables, forms and XML."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from entities.base import Entity
from entities.fields import accepted_types
from entities.values import to_text
from ingestion.errors import IN_JSON, FieldError, RejectedRecord
from ingestion.syntax import exact_json

Read = Callable[[Any], Any]

_BOOLEANS = {"true": True, "false": False}
_NO_TEXT = (
    'must be one text: it holds a list or keys with values. In a rule of `map`, `."#text"` reads'
    " the text of an element of XML with attributes"
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_IN_TEXTS = IN_JSON | {
    "bool_type": "must be true or false. In a rule of `map`, `translate` reads other texts",
    "list_type": 'must be a JSON list such as ["a", "b"]. In a rule of `map`, `split` makes a list'
    " of a text, and `to_array(…)` of one value",
}


@cache
def text_validator(model: type[Entity]) -> Callable[[dict[str, Any]], BaseModel]:
    """Return a function that makes an entity of texts by field. It raises RejectedRecord.

    Only `true` and `false` are booleans, in any case: a sheet writes `TRUE`. A list is
    JSON, or a list of texts as XML and repeated fields of a form have it. A day in place of a time
    is the start of the day in UTC, because a sheet shows midnight as a day.
    """
    fields = model.model_fields.items()
    readers = {name: read for name, field in fields if (read := _reader(field.annotation))}

    def validate(texts: dict[str, Any]) -> BaseModel:
        try:
            if not readers:
                return model.model_validate_strings(texts)
            return model.model_validate(
                {name: readers[name](v) if name in readers else v for name, v in texts.items()}
            )
        except ValidationError as error:
            raise RejectedRecord.from_validation(
                "invalid_entity", error, words=_IN_TEXTS
            ) from error

    return validate


def _reader(annotation: Any) -> Read | None:
    """Return what reads the values of a field, or None if each value stays as it is."""
    types = [*accepted_types(annotation)]
    if lists := [found for found in types if get_origin(found) is list]:
        return _list_reader(_reader(get_args(lists[0])[0]))
    if str in types:
        return None
    if bool in types:
        return lambda text: _BOOLEANS.get(text.lower(), text)
    if datetime in types and date not in types:
        return lambda text: f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text
    return None


def _list_reader(read_member: Read | None) -> Read:
    def read_list(value: Any) -> Any:
        if isinstance(value, list):
            return (
                [read_member(v) if isinstance(v, str) else v for v in value]
                if read_member
                else value
            )
        return _read_json(value) if value.lstrip().startswith("[") else value

    return read_list


def _read_json(text: str) -> Any:
    try:
        return exact_json.read(text)
    except ValueError:
        return text  # The model says what would be right.


def typed_data(model: type[Entity], data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an entity as JSON has it, from values that are texts.

    A form of a rule may have made a number or a boolean of a text. Raises RejectedRecord.
    """
    entity = text_validator(model)({name: _as_text(name, data[name], model) for name in data})
    return entity.model_dump(mode="json", exclude_unset=True)


def _as_text(name: str, value: Any, model: type[Entity]) -> Any:
    if not isinstance(value, list | dict):
        return to_text(value)
    if name in model.model_fields and _is_list(model.model_fields[name].annotation):
        return value
    fault = FieldError(name, _NO_TEXT)
    raise RejectedRecord("invalid_entity", fault)


def _is_list(annotation: Any) -> bool:
    return any(get_origin(found) is list for found in accepted_types(annotation))

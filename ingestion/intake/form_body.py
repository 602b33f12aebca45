"""Reads a posted form as a payload: each field a text, a repeated field a list of texts."""

from typing import Any
from urllib.parse import parse_qs

from ingestion.errors import TooManyValues
from ingestion.syntax import exact_json


def read_form(body: bytes, max_fields: int) -> dict[str, str | list[str]]:
    """Return the fields. Raises ValueError, and TooManyValues for more than `max_fields`."""
    fields = _values_of(body, max_fields)
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def read_json_in_form(body: bytes, name: str, max_values: int) -> Any:
    """Return the JSON document in a field of a form. Raises ValueError and TooManyValues."""
    texts = _values_of(body, max_values).get(name, [])
    if len(texts) != 1:
        raise ValueError(f"not the form of this source: it must hold the field {name!r} once")
    if exact_json.has_more_values(max_values, texts[0].encode()):
        raise TooManyValues
    try:
        return exact_json.read(texts[0])
    except ValueError as error:
        raise ValueError(f"not JSON in the form's field {name!r}: {error}") from error


def _values_of(body: bytes, max_fields: int) -> dict[str, list[str]]:
    if body.count(b"&") >= max_fields:
        raise TooManyValues
    try:
        return parse_qs(body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise ValueError("not a form in UTF-8") from error

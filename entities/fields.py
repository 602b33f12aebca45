"""The types of an entity's fields, and the marks that say what a field means."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

MAX_ID_BYTES = 512  # DynamoDB: an index's range key holds 1,024 bytes, entity name included.
MAX_DIGITS = 38  # DynamoDB: the precision of a number.

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_UNREADABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn", "Zl", "Zp"})
_RIGHT_TO_LEFT = frozenset({"AL", "AN", "R"})


def _readable_id(value: str) -> str:
    """Return an id that every log, terminal and URL shows in the same way.

    Raises ValueError for the separator `#`, blanks at either end, control, formatting and
    combining characters (write é as one character), right-to-left scripts, and ids over 512 bytes.
    """
    if value.strip() != value:
        raise ValueError("must not begin or end with a blank")
    if "#" in value:
        raise ValueError("must not contain '#', which separates entity name and id in the table")
    if len(value.encode()) > MAX_ID_BYTES:
        raise ValueError(f"must have at most {MAX_ID_BYTES} bytes")
    if value.isascii() and value.isprintable():
        return value
    if any(map(_is_unreadable, value)):
        raise ValueError("must not contain control, combining or right-to-left characters")
    if not unicodedata.is_normalized("NFC", value):
        raise ValueError("must be in Unicode's normal form NFC")
    return value


def _is_unreadable(character: str) -> bool:
    return (
        unicodedata.category(character) in _UNREADABLE
        or unicodedata.bidirectional(character) in _RIGHT_TO_LEFT
    )


def _calendar_date(value: Any) -> Any:
    """Refuse numbers, also in quotes: pydantic would read them as seconds since 1970."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("must be a date as YYYY-MM-DD")
    return value


def _exact_number(value: Any) -> Any:
    """Refuse JSON fractions: the parser has already rounded them."""
    if type(value) is int or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return value
    raise ValueError('must be a whole number, or a string such as "12.50"')


ID_RULE = AfterValidator(_readable_id)
NUMBER_RULE = BeforeValidator(_exact_number)
REFERENCES = "x-references"
PERSONAL = "x-personal"

EntityId = Annotated[str, Field(min_length=1), ID_RULE]
# Not strict: after a validator function pydantic treats a value as Python's, not JSON's.
CalendarDate = Annotated[date, Field(strict=False), BeforeValidator(_calendar_date)]
Number = Annotated[Decimal, Field(strict=False, max_digits=MAX_DIGITS), NUMBER_RULE]


def references(entity_name: str) -> Any:
    """Mark a field that holds another entity's id. That entity may arrive later."""
    return Field(json_schema_extra={REFERENCES: entity_name})


def personal() -> Any:
    """Mark a field that holds personal data. Commands show it only on request."""
    return Field(json_schema_extra={PERSONAL: True})

"""The types of an entity's fields, and the marks that say what a field means."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic.fields import FieldInfo

from entities.times import fixed_width, timestamp
from entities.values import to_text

MAX_ID_BYTES = 512  # DynamoDB: an index's range key holds 1,024 bytes, entity name included.
MAX_DIGITS = 38  # DynamoDB: the precision of a number.
NO_DATE = "must be a date as YYYY-MM-DD"
NO_NUMBER = 'must be a number, or a string such as "12.50"'

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NUMBER_TEXT = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# Holds all numbers that have at most 38 digits without an exponent, and raises for others. A huge
# exponent is never expanded.
_EXACT = Context(
    prec=MAX_DIGITS,
    Emax=MAX_DIGITS - 1,
    Emin=-1,
    traps=[Inexact, InvalidOperation, Overflow],
)
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
        raise ValueError(NO_DATE)
    return value


def _utc_time(value: Any) -> datetime:
    """Return the time of an RFC 3339 text in UTC. Refuse numbers: pydantic would read seconds."""
    return datetime.fromisoformat(fixed_width(value if isinstance(value, str) else ""))


def _exact_number(value: Any) -> Any:
    """Return the one decimal of a number: 41 for 41, `41.0` and "4.1E1". No float is exact."""
    is_text = isinstance(value, str) and NUMBER_TEXT.fullmatch(value)
    if not is_text and type(value) not in (int, Decimal):
        raise ValueError(NO_NUMBER)
    try:
        number = _EXACT.normalize(_EXACT.add(_EXACT.create_decimal(value), 0))  # No negative zero.
    except ArithmeticError as error:
        raise ValueError(f"must have at most {MAX_DIGITS} digits without an exponent") from error
    return Decimal(to_text(number))


ID_RULE = AfterValidator(_readable_id)
NUMBER_RULE = BeforeValidator(_exact_number)
DATE_RULE = BeforeValidator(_calendar_date)
TIME_RULE = BeforeValidator(_utc_time)
STORABLE = (
    "str, bool, EntityId, Number, CalendarDate, UtcTime, Literal texts, and lists or options of"
    " these"
)
_STORABLE = (str, bool, NoneType)
# As `Number`, `CalendarDate` and `UtcTime`.
_STORABLE_BY_RULE = {Decimal: NUMBER_RULE, date: DATE_RULE, datetime: TIME_RULE}
REFERENCES = "x-references"
PERSONAL = "x-personal"
SEARCHABLE = "x-searchable"
RENAMED_FROM = "x-renamed-from"

EntityId = Annotated[str, Field(min_length=1), ID_RULE]
# Not strict: after a validator function pydantic treats a value as Python's, not JSON's.
CalendarDate = Annotated[date, Field(strict=False), DATE_RULE]
# An RFC 3339 time with an offset comes in. UTC text of fixed width leaves, which sorts by time.
UtcTime = Annotated[
    datetime,
    Field(strict=False),
    TIME_RULE,
    PlainSerializer(timestamp, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
# A JSON number or a string comes in. A string leaves: many programs read JSON numbers as floats.
Number = Annotated[
    Decimal,
    Field(strict=False),
    NUMBER_RULE,
    PlainSerializer(to_text, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}, mode="serialization"),
]


def references(entity_name: str) -> Any:
    """Mark a field that holds another entity's id. That entity may arrive later."""
    return Field(json_schema_extra={REFERENCES: entity_name})


def personal(*, searchable: bool = False) -> Any:
    """Mark a field that holds personal data. Commands show it only on request.

    Its words are in the search index only if it is `searchable`.
    """
    return Field(json_schema_extra={PERSONAL: True, **({SEARCHABLE: True} if searchable else {})})


def holds_personal_data(found: Any, *, unless_searchable: bool = False) -> bool:
    """Return whether a field or the annotation of one is marked as personal, or a member of it."""
    if not isinstance(found, FieldInfo):
        members = get_args(found)
        return any(
            holds_personal_data(each, unless_searchable=unless_searchable) for each in members
        )
    mark = found.json_schema_extra if isinstance(found.json_schema_extra, dict) else {}
    is_searchable = unless_searchable and mark.get(SEARCHABLE) is True
    is_marked = mark.get(PERSONAL) is True and not is_searchable
    return is_marked or holds_personal_data(found.annotation, unless_searchable=unless_searchable)


def renamed_from(*names: str) -> Any:
    """Name the fields under which older rows hold this field. Reads show them under its own name.

    List every earlier name: rows are not rewritten until a new event stores them.
    """
    return Field(json_schema_extra={RENAMED_FROM: list(names)})


def accepted_types(annotation: Any) -> Iterator[Any]:
    """Yield the types that a field accepts, without their rules and marks.

    `CalendarDate | None` gives `date` and `NoneType`. A list is one type with its members inside.
    """
    if get_origin(annotation) is Annotated:
        yield from accepted_types(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from accepted_types(member)
    else:
        yield annotation


def is_storable(annotation: Any, metadata: Iterable[Any] = ()) -> bool:
    """Return whether the table returns every value of the type unchanged."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return is_storable(inner, metadata)
    if get_origin(annotation) is Literal:
        return all(isinstance(value, str) for value in get_args(annotation))
    if get_origin(annotation) in (Union, UnionType, list):
        return all(map(is_storable, get_args(annotation)))
    return annotation in _STORABLE or _STORABLE_BY_RULE.get(annotation) in metadata

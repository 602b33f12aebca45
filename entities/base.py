"""What every entity is: a frozen, strict pydantic model with one id field."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

MAX_ID_BYTES = 512  # DynamoDB: an index's range key holds 1,024 bytes, entity name included.
MAX_NAME_CHARACTERS = 64
MAX_DIGITS = 38  # DynamoDB: the precision of a number.

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_UNREADABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn", "Zl", "Zp"})
_RIGHT_TO_LEFT = frozenset({"AL", "AN", "R"})


def _readable_id(value: str) -> str:
    """An id that every log, terminal and URL shows alike.

    Raises ValueError for the separator `#`, blanks at either end, control, formatting and
    combining characters (write é as one character), right-to-left scripts, and ids over 512 bytes.
    """
    if value.strip() != value:
        raise ValueError("must not begin or end with a blank")
    if "#" in value:
        raise ValueError("must not contain '#', which separates entity name and id in the table")
    if len(value.encode()) > MAX_ID_BYTES:
        raise ValueError(f"must have at most {MAX_ID_BYTES} bytes")
    if not (value.isascii() and value.isprintable()) and any(map(_is_unreadable, value)):
        raise ValueError("must not contain control, combining or right-to-left characters")
    return value


def _is_unreadable(character: str) -> bool:
    return (
        unicodedata.category(character) in _UNREADABLE
        or unicodedata.bidirectional(character) in _RIGHT_TO_LEFT
    )


def _calendar_date(value: Any) -> Any:
    """Refuse the numbers, bare or in quotes, that pydantic would read as seconds since 1970."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("must be a date as YYYY-MM-DD")
    return value


def _exact_number(value: Any) -> Any:
    """Refuse JSON fractions: a parser has rounded them before anyone can look."""
    if type(value) is int or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return value
    raise ValueError('must be a whole number, or a string such as "12.50"')


EntityId = Annotated[str, Field(min_length=1), AfterValidator(_readable_id)]
# Not strict: pydantic hands a value on as Python's once a function has looked at it.
CalendarDate = Annotated[date, Field(strict=False), BeforeValidator(_calendar_date)]
Number = Annotated[
    Decimal, Field(strict=False, max_digits=MAX_DIGITS), BeforeValidator(_exact_number)
]


def id_field(entity_name: str) -> str:
    """The field that holds an entity's id: `equipment_id` for EQUIPMENT."""
    return f"{entity_name.lower()}_id"


def references(entity_name: str) -> Any:
    """Mark a field as holding another entity's id; what it points to may arrive later."""
    return Field(json_schema_extra={"x-references": entity_name})


class Entity(BaseModel):
    """The base of every entity; a subclass in `entities/<name>.py` adds an entity.

    `entity_name` is the file's name in capitals, and the id is the field `<name>_id`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    entity_name: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a model that could not be stored, when it is defined and not when it is used."""
        if cls.id_field() not in cls.model_fields:
            raise TypeError(f"{cls.__name__} needs the field {cls.id_field()}: EntityId")
        for name, field in cls.model_fields.items():
            if _holds_float(field):
                raise TypeError(f"{cls.__name__}.{name}: float loses digits, use Number")

    @classmethod
    def id_field(cls) -> str:
        """The name of the field that holds the entity's id."""
        return id_field(cls.entity_name)

    @classmethod
    @cache
    def key_model(cls) -> type[BaseModel]:
        """What a delete carries: the id and nothing else."""
        fields: dict[str, Any] = {cls.id_field(): (EntityId, ...)}
        return create_model(f"{cls.__name__}Key", __config__=cls.model_config, **fields)


def _holds_float(field: FieldInfo) -> bool:
    annotations: list[Any] = [field.annotation]
    while annotations:
        annotation = annotations.pop()
        if annotation is float:
            return True
        annotations.extend(get_args(annotation))
    return False

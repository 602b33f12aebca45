"""What every entity is: a frozen, strict pydantic model with one id field."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

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
    """Refuse the numbers, bare or in quotes, that pydantic would read as seconds since 1970."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("must be a date as YYYY-MM-DD")
    return value


def _exact_number(value: Any) -> Any:
    """Refuse JSON fractions: a parser has rounded them before anyone can look."""
    if type(value) is int or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return value
    raise ValueError('must be a whole number, or a string such as "12.50"')


_ID_RULE = AfterValidator(_readable_id)
_NUMBER_RULE = BeforeValidator(_exact_number)
_STORABLE = (str, bool, date, NoneType)
_RESERVED = ("ID", "ENTITY_NAME")  # Attributes of the table's own, whatever their case.
_REFERENCES = "x-references"
_PERSONAL = "x-personal"

EntityId = Annotated[str, Field(min_length=1), _ID_RULE]
# Not strict: pydantic hands a value on as Python's once a function has looked at it.
CalendarDate = Annotated[date, Field(strict=False), BeforeValidator(_calendar_date)]
Number = Annotated[Decimal, Field(strict=False, max_digits=MAX_DIGITS), _NUMBER_RULE]


def id_field(entity_name: str) -> str:
    """The field that holds an entity's id: `equipment_id` for EQUIPMENT."""
    return f"{entity_name.lower()}_id"


def references(entity_name: str) -> Any:
    """Mark a field as holding another entity's id; what it points to may arrive later."""
    return Field(json_schema_extra={_REFERENCES: entity_name})


def personal() -> Any:
    """Mark a field as being about a person: commands show it to those only who ask to see it."""
    return Field(json_schema_extra={_PERSONAL: True})


class Entity(BaseModel):
    """The base of every entity; a subclass in `entities/<name>.py` adds an entity.

    `entity_name` is the file's name in capitals, and the id is the field `<name>_id`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    entity_name: ClassVar[str]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a model that could not be stored, when it is defined and not when it is used."""
        if not isinstance(getattr(cls, "entity_name", None), str):
            raise TypeError(f"{cls.__name__} needs entity_name: ClassVar[str]")
        key = cls.model_fields.get(cls.id_field())
        if key is None or not key.is_required() or _ID_RULE not in key.metadata:
            raise TypeError(f"{cls.__name__} needs the field {cls.id_field()}: EntityId")
        for name, field in cls.model_fields.items():
            if name.upper() in _RESERVED or field.alias or field.serialization_alias:
                raise TypeError(f"{cls.__name__}.{name}: the name is the table's own, or an alias")
            if not _is_storable(field.annotation, field.metadata):
                raise TypeError(
                    f"{cls.__name__}.{name}: cannot be stored exactly; use str, bool, EntityId,"
                    " Number, CalendarDate, Literal texts, and lists or options of these"
                )
        for name in cls.references():
            if not cls.holds_id(name):
                raise TypeError(f"{cls.__name__}.{name}: a reference is an EntityId or none")
        for name in cls.personal_fields() & {cls.id_field(), *cls.references()}:
            raise TypeError(
                f"{cls.__name__}.{name}: an id cannot be personal: keys, logs and addresses show it"
            )

    @classmethod
    def holds_id(cls, name: str) -> bool:
        """Whether the field, if there is one, holds an id or nothing."""
        return name not in cls.model_fields or _is_entity_id(cls.model_fields[name])

    @classmethod
    def id_field(cls) -> str:
        """The name of the field that holds the entity's id."""
        return id_field(cls.entity_name)

    @classmethod
    def references(cls) -> dict[str, str]:
        """The fields that hold another entity's id, each with that entity's name."""
        marks = {name: field.json_schema_extra for name, field in cls.model_fields.items()}
        return {
            name: str(mark[_REFERENCES])
            for name, mark in marks.items()
            if isinstance(mark, dict) and _REFERENCES in mark
        }

    @classmethod
    def personal_fields(cls) -> frozenset[str]:
        """The fields that are about a person, or whose members are."""
        return frozenset(name for name, field in cls.model_fields.items() if _is_personal(field))

    @classmethod
    @cache
    def key_model(cls) -> type[BaseModel]:
        """What a delete carries: the id and nothing else."""
        fields: dict[str, Any] = {cls.id_field(): (EntityId, ...)}
        return create_model(f"{cls.__name__}Key", __config__=cls.model_config, **fields)


def _is_personal(field: FieldInfo) -> bool:
    mark = field.json_schema_extra
    marked = isinstance(mark, dict) and mark.get(_PERSONAL) is True
    return marked or _has_personal_members(field.annotation)


def _has_personal_members(annotation: Any) -> bool:
    inner = get_args(annotation)
    return any(
        _is_personal(it) if isinstance(it, FieldInfo) else _has_personal_members(it) for it in inner
    )


def _is_entity_id(field: FieldInfo) -> bool:
    """Whether the field holds one id, or one or none: an index holds nothing else."""
    if field.annotation is str:
        return _ID_RULE in field.metadata
    members = get_args(field.annotation)
    return get_origin(field.annotation) in (Union, UnionType) and set(members) == {
        EntityId,
        NoneType,
    }


def _is_storable(annotation: Any, metadata: Iterable[Any] = ()) -> bool:
    """Whether every value of the type comes back from the table as it went in."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        return _is_storable(inner, metadata)
    if get_origin(annotation) is Literal:
        return all(isinstance(value, str) for value in get_args(annotation))
    if get_origin(annotation) in (Union, UnionType, list):
        return all(map(_is_storable, get_args(annotation)))
    return annotation in _STORABLE or (annotation is Decimal and _NUMBER_RULE in metadata)

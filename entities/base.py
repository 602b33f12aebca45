"""The base of every entity: a frozen, strict pydantic model with one id field."""

import re
from functools import cache
from types import NoneType
from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, create_model
from pydantic.fields import FieldInfo

from entities.fields import (
    ID_RULE,
    REFERENCES,
    RENAMED_FROM,
    STORABLE,
    CalendarDate,
    EntityId,
    Number,
    UtcTime,
    holds_personal_data,
    is_storable,
    personal,
    references,
    renamed_from,
)

# The file of an entity may import the types of fields from here too.
__all__ = ["CalendarDate", "Entity", "EntityId", "Number", "UtcTime", "id_field"]
__all__ += ["personal", "references", "renamed_from"]

MAX_NAME_CHARACTERS = 64
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = ("ID", "ENTITY_NAME")  # The table's own attributes, in any case.
_PROTECTED = ("model_validate", "model_dump")  # pydantic warns of fields that begin with these.


class InvalidField(TypeError):
    """A field of a model, or its setting `entity_name`, is invalid.

    `rule` says what would be right. `key` is the mark of the field that is wrong, if one is.
    """

    def __init__(self, model: type, name: str, rule: str, key: str = "") -> None:
        self.name = name
        self.key = key
        self.rule = f"{key}: {rule}" if key else rule
        super().__init__(f"{model.__name__}.{name}: {self.rule}")


def id_field(entity_name: str) -> str:
    """Return the field of an entity's id: `equipment_id` for EQUIPMENT."""
    return f"{entity_name.lower()}_id"


class Entity(BaseModel):
    """The base of every entity. A subclass in `entities/<name>.py` adds an entity.

    `entity_name` is the file's name in capitals, and the id is the field `<name>_id`.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,  # `_is_storable` refuses them, and names the field.
    )

    entity_name: ClassVar[str]
    # Fields that describe a file or a record, and say nothing that people search for.
    unsearched_fields: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a model that cannot be stored at its definition, not at its first use."""
        cls._check_entity_name()
        key = cls.model_fields.get(cls.id_field())
        if key is None or not key.is_required() or ID_RULE not in key.metadata:
            raise InvalidField(
                cls, cls.id_field(), f"add the field {cls.id_field()}: EntityId, which is required"
            )
        for name, field in cls.model_fields.items():
            if fault := fault_of_name(name):
                raise InvalidField(cls, name, fault)
            if field.alias or field.serialization_alias:
                raise InvalidField(cls, name, "delete the alias: a field has one name")
            if not is_storable(field.annotation, field.metadata):
                raise InvalidField(cls, name, f"cannot be stored exactly; use {STORABLE}")
        for name in cls.references():
            if not cls.holds_id(name):
                raise InvalidField(cls, name, "a reference must be EntityId or EntityId | None")
        for name in cls.personal_fields() & {cls.id_field(), *cls.references()}:
            rule = "an id cannot be personal: keys, logs and addresses show it"
            raise InvalidField(cls, name, rule, "personal")
        cls._check_renamed_fields()

    @classmethod
    def _check_entity_name(cls) -> None:
        if not isinstance(getattr(cls, "entity_name", None), str):
            raise InvalidField(
                cls, "entity_name", "add entity_name: ClassVar[str], the file's name in capitals"
            )
        package, _, file = cls.__module__.rpartition(".")
        if package == __package__ and cls.entity_name != file.upper():
            raise InvalidField(
                cls,
                "entity_name",
                f"must be {file.upper()!r}, because the file is {file}.py, and not"
                f" {cls.entity_name!r}",
            )

    @classmethod
    def _check_renamed_fields(cls) -> None:
        indexed = {cls.id_field(), *cls.references()}
        earlier = [old for names in cls.renamed_fields().values() for old in names]
        for name, names in cls.renamed_fields().items():
            if name in indexed:
                rule = (
                    "ids and references take no earlier name, because keys and indexes hold stored"
                    " names: see docs/changing-entities.md"
                )
                raise InvalidField(cls, name, rule, "renamed_from")
            for old in names:
                if not old.isidentifier() or old.upper() in _RESERVED:
                    rule = f'"{old}" is no name that a field had; name only earlier fields'
                    raise InvalidField(cls, name, rule, "renamed_from")
                if old in cls.model_fields:
                    rule = f'"{old}" is a field of today; name only earlier fields'
                    raise InvalidField(cls, name, rule, "renamed_from")
                if earlier.count(old) > 1:
                    rule = f'"{old}" is named twice; name each earlier field once'
                    raise InvalidField(cls, name, rule, "renamed_from")

    @classmethod
    def holds_id(cls, name: str) -> bool:
        """Return whether the field, if it exists, holds an id or null."""
        return name not in cls.model_fields or _is_entity_id(cls.model_fields[name])

    @classmethod
    def id_field(cls) -> str:
        """Return the name of the field that holds the entity's id."""
        return id_field(cls.entity_name)

    @classmethod
    def references(cls) -> dict[str, str]:
        """Return the fields that hold another entity's id, with that entity's name."""
        marks = {name: field.json_schema_extra for name, field in cls.model_fields.items()}
        return {
            name: str(mark[REFERENCES])
            for name, mark in marks.items()
            if isinstance(mark, dict) and REFERENCES in mark
        }

    @classmethod
    def personal_fields(cls) -> frozenset[str]:
        """Return the fields that hold personal data, or whose members do."""
        return frozenset(n for n, field in cls.model_fields.items() if holds_personal_data(field))

    @classmethod
    def unsearchable_fields(cls) -> frozenset[str]:
        """Return the `unsearched_fields`, and the personal fields not marked as searchable."""
        fields = cls.model_fields.items()
        personal = (n for n, f in fields if holds_personal_data(f, unless_searchable=True))
        return cls.unsearched_fields.union(personal)

    @classmethod
    @cache
    def renamed_fields(cls) -> dict[str, list[str]]:
        """Return the fields that older rows hold under earlier names, with these names."""
        marks = {name: field.json_schema_extra for name, field in cls.model_fields.items()}
        return {
            name: list(mark[RENAMED_FROM])  # type: ignore[arg-type]
            for name, mark in marks.items()
            if isinstance(mark, dict) and RENAMED_FROM in mark
        }

    @classmethod
    @cache
    def null_fields(cls) -> frozenset[str]:
        """Return the fields that may be null and are not null by default.

        A stored row leaves null out.
        """
        named = {n: f for n, f in cls.model_fields.items() if f.get_default() is not None}
        return frozenset(n for n, f in named.items() if NoneType in get_args(f.annotation))

    @classmethod
    def with_new_names(cls, stored: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of a stored row under the names of today's model."""
        for name, earlier in cls.renamed_fields().items():
            held = [old for old in earlier if old in stored]
            if held and name not in stored:
                stored = {name if field == held[0] else field: v for field, v in stored.items()}
        return stored

    @classmethod
    @cache
    def key_model(cls) -> type[BaseModel]:
        """Return the model of a delete's data: the id and nothing else."""
        fields: dict[str, Any] = {cls.id_field(): (EntityId, ...)}
        return create_model(f"{cls.__name__}Key", __config__=cls.model_config, **fields)


def fault_of_name(name: str) -> str | None:
    """Return why no field may have the name, or None."""
    if not _FIELD_NAME.fullmatch(name):
        return "a field's name holds only A-Z, a-z, 0-9 and _, and begins with one of A-Z or a-z"
    return "rename the field: the platform uses the name" if is_reserved(name) else None


def is_reserved(name: str) -> bool:
    """Return whether no field may have the name: the table, `Entity` or pydantic uses it."""
    is_used = name.upper() in _RESERVED or hasattr(Entity, name)
    return is_used or name.startswith(_PROTECTED)


def _is_entity_id(field: FieldInfo) -> bool:
    """Return whether the field holds an id or null. An index holds nothing else."""
    if field.annotation is str:
        return ID_RULE in field.metadata
    return set(get_args(field.annotation)) == {EntityId, NoneType}

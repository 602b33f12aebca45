"""Makes the model of an entity from its declared keys, which are valid."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, create_model

from entities.base import Entity
from entities.fields import (
    PERSONAL,
    REFERENCES,
    RENAMED_FROM,
    SEARCHABLE,
    CalendarDate,
    EntityId,
    Number,
    UtcTime,
)

_TYPES: dict[str, Any] = {
    "id": EntityId,
    "text": str,
    "number": Number,
    "date": CalendarDate,
    "time": UtcTime,
    "bool": bool,
    "reference": EntityId,
}
# The marks of a field, by the keys that give their values.
_MARKS = {
    "to": REFERENCES,
    "personal": PERSONAL,
    "searchable": SEARCHABLE,
    "renamed_from": RENAMED_FROM,
}


def make_model(
    name: str, description: str, fields: Mapping[str, Mapping[str, Any]]
) -> type[Entity]:
    """Return the model of the entity with these fields, equal to that of a Python file.

    Each field has the keys of `FieldDeclaration`. Keys with default values may be missing. Raises
    InvalidField if `Entity` refuses a field.
    """
    attributes: dict[str, Any] = {field: _attribute(keys) for field, keys in fields.items()}
    return create_model(
        name.title().replace("_", ""),
        __base__=Entity,
        __doc__=description,
        __module__=f"entities.{name}",
        entity_name=(ClassVar[str], name.upper()),
        **attributes,
    )


def _attribute(keys: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the type of a field, and its default with its description and its marks."""
    is_required = keys.get("required") or keys["type"] == "id"
    kind = _type_of(keys["type"], keys)
    marks: dict[str, Any] = {mark: keys[key] for key, mark in _MARKS.items() if keys.get(key)}
    default = ... if is_required else None
    field = Field(default, description=keys.get("description"), json_schema_extra=marks or None)
    return (kind if is_required else kind | None), field


def _type_of(name: str, keys: Mapping[str, Any]) -> Any:
    match name:
        case "enum":
            return Literal[tuple(keys["values"])]
        case "list":
            return list[_type_of(keys["of"], keys)]  # type: ignore[misc]
    return _TYPES[name]

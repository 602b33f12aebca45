"""The keys of an entity that is declared without code, as `entities/<name>.yaml` has them."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from entities.base import Entity, fault_of_name, id_field
from entities.declared.model import make_model

RULE_OF_KEY = "rule_of_key"
# The keys that a type needs. No other type takes these keys.
_NEEDED = {"reference": ("to",), "enum": ("values",), "list": ("of",)}


def _field_name(name: str) -> str:
    if fault := fault_of_name(name):
        raise ValueError(fault)
    return name


def _distinct(texts: list[str]) -> list[str]:
    if len({*texts}) < len(texts):
        raise ValueError("must not name a text twice")
    return texts


def _rule_of(key: str, message: str) -> PydanticCustomError:
    """Return the error of a rule about several keys. `key` is the one to correct."""
    return PydanticCustomError(RULE_OF_KEY, "{message}", {"key": key, "message": message})


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Texts = Annotated[list[str], Field(min_length=1), AfterValidator(_distinct)]
FieldType = Literal["id", "text", "number", "date", "time", "bool", "reference", "enum", "list"]
FieldName = Annotated[str, AfterValidator(_field_name)]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FieldDeclaration(_Keys):
    """One field of an entity. A field that is not required may be null."""

    type: FieldType = Field(
        description="What the field holds. Each entity has one id: the field `<name>_id`."
    )
    to: Text | None = Field(None, description="The entity whose id a reference holds.")
    of: Literal["text", "number", "date", "time", "bool", "enum"] | None = Field(
        None, description="The type of each item of a list."
    )
    values: Texts | None = Field(None, description="All values of an enum.")
    required: bool = Field(False, description="Whether each event must have the field.")
    personal: bool = Field(False, description="Whether the field holds personal data.")
    searchable: bool = Field(False, description="Whether search finds a personal field's words.")
    description: Text | None = Field(None, description="What the field means, for API documents.")
    renamed_from: Texts | None = Field(
        None, description="Every earlier name, under which older rows hold the field."
    )

    @field_validator("to", "of", "values", "description", "renamed_from", mode="before")
    @classmethod
    def _has_a_value(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("is empty: give it a value, or remove it")
        return value

    @model_validator(mode="after")
    def _has_the_keys_of_its_type(self) -> Self:
        needed = _NEEDED.get(self.type, ()) + _NEEDED.get(self.of or "", ())
        for key in ("to", "of", "values"):
            if (value := getattr(self, key)) is None and key in needed:
                raise _rule_of(key, f"the type {self.of or self.type} needs this key")
            if value is not None and key not in needed:
                raise _rule_of(key, f"the type {self.type} does not take this key")
        if self.searchable and not self.personal:
            raise _rule_of("searchable", "remove the key: all fields that are not personal are")
        if self.type == "id" and "required" in self.model_fields_set and not self.required:
            raise _rule_of("required", "the entity's own id is always required")
        return self


class EntityDeclaration(_Keys):
    """An entity: what it is, and its fields."""

    description: Text = Field(description="What the entity is, in a sentence or two.")
    fields: dict[FieldName, FieldDeclaration] = Field(description="The fields, by their names.")

    @field_validator("fields")
    @classmethod
    def _has_one_id(
        cls, fields: dict[str, FieldDeclaration], info: ValidationInfo
    ) -> dict[str, FieldDeclaration]:
        own = str(info.context)
        for name, field in fields.items():
            if field.type == "id" and own in fields and name != own:
                raise _rule_of(name, f"only {own} has the type id: use text, or reference")
            if field.type == "id" and name != own:
                raise _rule_of(name, f"rename the field to {own}: the id is named after the file")
        if own not in fields or fields[own].type != "id":
            raise _rule_of(own, f"an entity needs its own id: {own}: {{type: id}}")
        return fields


def read_declaration(name: str, declaration: Any) -> EntityDeclaration:
    """Return what the file `<name>.yaml` declares. Raises ValidationError."""
    return EntityDeclaration.model_validate(declaration, context=id_field(name))


def model_of(name: str, declaration: Any) -> type[Entity]:
    """Return the model of the entity that the file `<name>.yaml` declares.

    Raises ValidationError for unknown, missing and wrong keys, and InvalidField if `Entity` refuses
    a field.
    """
    return make_model(name, **read_declaration(name, declaration).model_dump())

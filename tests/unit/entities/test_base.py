"""What a model may define, and what it says about its fields."""

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import pytest
from pydantic import Field, ValidationError, create_model

from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, UtcTime, personal, references
from tests.unit.entities.field_types.part import Part


class Named(Entity):
    entity_name: ClassVar[str] = "CAM"

    cam_id: EntityId


class Visitor(Entity):
    entity_name: ClassVar[str] = "GUEST"

    guest_id: EntityId


def test_an_entity_cannot_be_changed() -> None:
    part = Part(part_id="p-1")

    with pytest.raises(ValidationError, match="frozen"):
        part.part_id = "p-2"  # type: ignore[misc]


def test_a_validation_error_does_not_quote_the_input() -> None:
    with pytest.raises(ValidationError) as error:
        Part.model_validate({"part_id": "canary#", "secret": "canary"})

    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    "annotation",
    [float, float | None, list[float], dict[str, str], int, Decimal, bytes, UUID, set[str], Any],
    ids=str,
)
def test_defining_a_field_that_cannot_be_stored_exactly_fails(annotation: Any) -> None:
    with pytest.raises(TypeError, match=r"Scale\.weight: cannot be stored exactly; use str"):

        class Scale(Entity):
            entity_name: ClassVar[str] = "SCALE"

            scale_id: EntityId
            weight: annotation


def test_fields_may_be_lists_and_optional_values_of_storable_types() -> None:
    class Tank(Entity):
        entity_name: ClassVar[str] = "TANK"

        tank_id: EntityId
        levels: list[Number]
        checked_on: list[CalendarDate | None]
        grade: Literal["a", "b"] | None = None

    assert Tank.id_field() == "tank_id"


@pytest.mark.parametrize(
    "annotation", [str, EntityId | None, int], ids=["any text", "optional id", "number"]
)
def test_defining_an_id_field_of_another_type_fails(annotation: Any) -> None:
    with pytest.raises(TypeError, match=r"Cog\.cog_id: add the field cog_id: EntityId"):

        class Cog(Entity):
            entity_name: ClassVar[str] = "COG"

            cog_id: annotation


@pytest.mark.parametrize(
    "annotation",
    [str, str | None, list[EntityId], EntityId | bool, Number, Literal["a"]],
    ids=["any text", "optional text", "list of ids", "id or flag", "number", "literal"],
)
def test_defining_a_reference_that_is_not_an_id_fails(annotation: Any) -> None:
    with pytest.raises(TypeError, match=r"Hook\.crane_id: a reference must be"):

        class Hook(Entity):
            entity_name: ClassVar[str] = "HOOK"

            hook_id: EntityId
            crane_id: Annotated[annotation, references("CRANE")]


def test_an_entity_lists_its_reference_fields_and_their_targets() -> None:
    class Rope(Entity):
        entity_name: ClassVar[str] = "ROPE"

        rope_id: EntityId
        hook_id: Annotated[EntityId, references("HOOK")]
        drum_id: EntityId | None = references("DRUM")
        crane_id: Annotated[EntityId | None, references("CRANE")] = None
        maker_id: EntityId | None = None

    assert Rope.references() == {"hook_id": "HOOK", "drum_id": "DRUM", "crane_id": "CRANE"}


def test_an_entity_lists_its_personal_fields_in_each_notation() -> None:
    class Driver(Entity):
        entity_name: ClassVar[str] = "DRIVER"

        driver_id: EntityId
        crane_id: Annotated[EntityId | None, references("CRANE")] = None
        name: Annotated[str, Field(max_length=40), personal()]
        email: Annotated[str, personal()] = Field(
            json_schema_extra={"examples": ["jo@example.com"]}
        )
        born_on: CalendarDate | None = personal()
        phones: list[Annotated[str, personal()]]
        seen_at: list[Annotated[UtcTime, personal()] | None]
        is_licensed: Annotated[bool | None, personal()] = None
        nickname: Annotated[str, personal()] | None = None
        badge: str | None = Field(None, json_schema_extra={"x-personal": False})

    properties = Driver.model_json_schema()["properties"]

    assert Driver.personal_fields() == {
        *("name", "email", "born_on", "phones", "seen_at", "is_licensed", "nickname"),
    }
    assert properties["name"]["x-personal"] is True
    assert properties["born_on"]["x-personal"] is True
    assert "x-personal" not in properties["crane_id"]


def test_a_personal_field_is_searchable_only_if_it_says_so() -> None:
    class Visitor(Entity):
        entity_name: ClassVar[str] = "VISITOR"

        visitor_id: EntityId
        badge: Annotated[str | None, personal(searchable=True)]
        aliases: list[Annotated[str, personal(searchable=True)]]
        email: Annotated[str | None, personal()]
        phones: list[Annotated[str, personal()]]
        notes: Annotated[list[Annotated[str, personal()]], personal(searchable=True)]

    assert Visitor.unsearchable_fields() == {"email", "phones", "notes"}
    assert Visitor.personal_fields() == {"badge", "aliases", "email", "phones", "notes"}


@pytest.mark.parametrize(
    ("name", "annotation"),
    [
        ("guest_id", Annotated[EntityId, personal()]),
        ("host_id", Annotated[EntityId, personal(), references("HOST")]),
    ],
    ids=["the entity's id", "a reference"],
)
def test_defining_a_personal_id_fails(name: str, annotation: Any) -> None:
    fields: Any = {name: (annotation, ...)}

    with pytest.raises(TypeError, match=rf"Guest\.{name}: personal: an id cannot"):
        create_model("Guest", __base__=Visitor, **fields)


@pytest.mark.parametrize("name", ["ID", "id", "ENTITY_NAME"])
def test_defining_a_field_with_a_name_that_the_table_uses_fails(name: str) -> None:
    fields: Any = {"cam_id": (EntityId, ...), name: (str, "")}

    with pytest.raises(TypeError, match=name):
        create_model("Cam", __base__=Named, **fields)


def test_a_name_that_begins_with_an_underscore_is_never_a_field() -> None:
    class Disc(Entity):
        entity_name: ClassVar[str] = "DISC"

        disc_id: EntityId
        _shard: str = "x"

    assert set(Disc.model_fields) == set(Disc(disc_id="d-1").model_dump()) == {"disc_id"}
    with pytest.raises(ValidationError, match="_shard"):
        Disc.model_validate({"disc_id": "d-1", "_shard": "y"})


def test_defining_an_entity_without_its_id_field_fails() -> None:
    with pytest.raises(TypeError, match=r"Wheel\.wheel_id: add the field wheel_id"):

        class Wheel(Entity):
            entity_name: ClassVar[str] = "WHEEL"

            id: EntityId


def test_a_delete_holds_the_id_and_no_other_field() -> None:
    key = Part.key_model()

    assert list(key.model_fields) == ["part_id"]
    with pytest.raises(ValidationError, match="Extra inputs"):
        key.model_validate({"part_id": "p-1", "amount": 1})


def test_the_id_of_a_delete_is_validated_like_any_id() -> None:
    with pytest.raises(ValidationError, match="'#'"):
        Part.key_model().model_validate({"part_id": "a#b"})

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import pytest
from pydantic import Field, TypeAdapter, ValidationError, create_model
from pydantic_core import to_json

from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, personal, references

ID = TypeAdapter(EntityId)
NUMBER = TypeAdapter(Number)
DATE = TypeAdapter(CalendarDate)


@pytest.mark.parametrize(
    "value",
    [
        "e-1",
        "a/b:c.d_e@f",
        "Turbine 7",
        "!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "Müller",
        "契約-7",
        "🚀",
        "x" * 512,
        "é" * 256,
    ],
)
def test_an_id_of_readable_characters_is_kept_unchanged(value: str) -> None:
    assert ID.validate_python(value) == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("", "at least 1 character", id="empty"),
        pytest.param("a#b", "'#'", id="the table's separator"),
        pytest.param(" a", "blank", id="leading blank"),
        pytest.param("a\u00a0", "blank", id="trailing no-break space"),
        pytest.param("a\n", "blank", id="trailing line feed"),
        pytest.param("a\nb", "control", id="inner line feed"),
        pytest.param("a\x00b", "control", id="null"),
        pytest.param("a\x7fb", "control", id="delete"),
        pytest.param("a\x85b", "control", id="next line"),
        pytest.param("a\u2028b", "control", id="line separator"),
        pytest.param("e\u0301", "combining", id="combining accent"),
        pytest.param("a\u20ddb", "combining", id="enclosing mark"),
        pytest.param("a\u200bb", "control", id="zero-width space"),
        pytest.param("a\u202eb", "right-to-left", id="right-to-left override"),
        pytest.param("עברית", "right-to-left", id="Hebrew"),
        pytest.param("عربي", "right-to-left", id="Arabic"),
        pytest.param("a\u0661", "right-to-left", id="Arabic digit"),
        pytest.param("a\ue000", "control", id="private use"),
        pytest.param("a\uffff", "control", id="no character"),
        pytest.param("x" * 513, "512 bytes", id="513 bytes"),
        pytest.param("é" * 257, "512 bytes", id="514 bytes in 257 characters"),
    ],
)
def test_an_id_that_may_display_or_compare_differently_is_refused(value: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ID.validate_python(value)


@pytest.mark.parametrize("value", [7, 1.5, True, None, b"e-1", ["e-1"]])
def test_an_id_must_be_text(value: Any) -> None:
    with pytest.raises(ValidationError):
        Part.model_validate({"part_id": value})


@pytest.mark.parametrize(
    ("json", "expected"),
    [
        ("7", Decimal(7)),
        ("-7", Decimal(-7)),
        ('"12.50"', Decimal("12.50")),
        ('"1.0000000000000000000000000001"', Decimal("1.0000000000000000000000000001")),
        (f'"{"9" * 38}"', Decimal("9" * 38)),
        ('"1e3"', Decimal(1000)),
    ],
)
def test_a_number_keeps_every_digit(json: str, expected: Decimal) -> None:
    number = NUMBER.validate_json(json)

    assert str(number.normalize()) == str(expected.normalize())


@pytest.mark.parametrize(
    "json",
    [
        pytest.param("1.5", id="fraction that a parser has rounded"),
        pytest.param("1e3", id="exponent that a parser has rounded"),
        pytest.param("NaN", id="not a number"),
        pytest.param('"NaN"', id="not a number, in quotes"),
        pytest.param("Infinity", id="infinity"),
        pytest.param('"-Infinity"', id="infinity, in quotes"),
        pytest.param("9" * 39, id="39 digits"),
        pytest.param(f'"{"9" * 39}"', id="39 digits, in quotes"),
        pytest.param(f'"0.{"1" * 39}"', id="39 digits after the point"),
        pytest.param('"1e200"', id="large exponent"),
        pytest.param('"1e-200"', id="small exponent"),
        pytest.param('""', id="empty"),
        pytest.param('" 1"', id="blank"),
        pytest.param('"1_000"', id="underscore"),
        pytest.param('"0x10"', id="hexadecimal"),
        pytest.param('"\u0661"', id="Arabic digit"),
        pytest.param("true", id="true"),
        pytest.param("null", id="null"),
        pytest.param("[]", id="array"),
    ],
)
def test_a_number_that_the_table_cannot_hold_exactly_is_refused(json: str) -> None:
    with pytest.raises(ValidationError):
        NUMBER.validate_json(json)


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "2026-1-31",
        "20260131",
        "31.01.2026",
        "2026-01-31 ",
        "2026-01-31T00:00:00Z",
        "\u0662026-01-31",
        "1699920000",
        "0000019675",
        "",
        1699920000,
        1.5,
        True,
        None,
    ],
    ids=ascii,
)
def test_a_value_that_is_not_a_calendar_date_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        DATE.validate_json(to_json(value))


class Named(Entity):
    entity_name: ClassVar[str] = "CAM"

    cam_id: EntityId


class Visitor(Entity):
    entity_name: ClassVar[str] = "GUEST"

    guest_id: EntityId


class Part(Entity):
    entity_name: ClassVar[str] = "PART"

    part_id: EntityId
    amount: Number | None = None


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
    with pytest.raises(TypeError, match="Cog needs the field cog_id: EntityId"):

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
        nickname: Annotated[str, personal()] | None = None
        badge: str | None = Field(None, json_schema_extra={"x-personal": False})

    properties = Driver.model_json_schema()["properties"]

    assert Driver.personal_fields() == {"name", "email", "born_on", "phones", "nickname"}
    assert properties["name"]["x-personal"] is True
    assert properties["born_on"]["x-personal"] is True
    assert "x-personal" not in properties["crane_id"]


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

    with pytest.raises(TypeError, match=rf"Guest\.{name}: an id cannot be personal"):
        create_model("Guest", __base__=Visitor, **fields)


@pytest.mark.parametrize("name", ["ID", "id", "ENTITY_NAME"])
def test_defining_a_field_with_a_name_that_the_table_uses_fails(name: str) -> None:
    fields: Any = {"cam_id": (EntityId, ...), name: (str, "")}

    with pytest.raises(TypeError, match=name):
        create_model("Cam", __base__=Named, **fields)


def test_defining_an_entity_without_its_id_field_fails() -> None:
    with pytest.raises(TypeError, match="Wheel needs the field wheel_id"):

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

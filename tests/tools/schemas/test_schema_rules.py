"""Each kind of change of an entity's model breaks stored rows or does not, and is named."""

from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field, create_model

from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, UtcTime, references, renamed_from
from infra.tools.schemas.compare import breaking_changes
from infra.tools.schemas.record import record_of

Short = Annotated[str, Field(max_length=5)]
ToContract = Annotated[EntityId | None, references("CONTRACT")]
ToMilestone = Annotated[EntityId | None, references("MILESTONE")]


class Base(Entity):
    """The base of the models, without a further field."""

    entity_name: ClassVar[str] = "PUMP"

    pump_id: EntityId


def record(**fields: Any) -> dict[str, Any]:
    """Return the record of PUMP with these fields: a type, or a type and its default."""
    declared: dict[str, Any] = {
        name: field if isinstance(field, tuple) else (field, ...) for name, field in fields.items()
    }
    return record_of(create_model("Pump", __base__=Base, **declared))


def changes(old: Any, new: Any) -> list[str]:
    """Return the breaking changes of a field between two types, or two types with defaults."""
    return [change.what for change in breaking_changes(record(size=old), record(size=new))]


ADDED = [
    pytest.param(str, ["the new field is required"], id="required text"),
    pytest.param(list[str], ["the new field is required"], id="required list"),
    pytest.param(Number, ["the new field is required"], id="required number"),
    pytest.param((str, "none"), [], id="text with a default"),
    pytest.param((Number | None, None), [], id="optional number"),
    pytest.param((ToContract, None), [], id="optional reference"),
]


@pytest.mark.parametrize(("field", "expected"), ADDED)
def test_a_new_field_breaks_only_if_it_is_required(field: Any, expected: list[str]) -> None:
    found = breaking_changes(record(), record(size=field))

    assert [change.what for change in found] == expected


@pytest.mark.parametrize("field", [str, (Number | None, None), (list[str], [])])
def test_a_removed_field_breaks_whether_it_was_required_or_not(field: Any) -> None:
    [found] = breaking_changes(record(size=field), record())

    assert (found.entity, found.field) == ("PUMP", "size")
    assert found.what == "the field was removed or renamed"
    assert found.remedy.endswith("name 'size' in renamed_from of the field that replaces it")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (str, Annotated[str, renamed_from("size")]),
        ((Number | None, None), (Annotated[Number | None, renamed_from("size")], None)),
        (Short, Annotated[str, renamed_from("older", "size")]),
    ],
)
def test_a_renamed_field_that_names_its_earlier_name_does_not_break(old: Any, new: Any) -> None:
    assert breaking_changes(record(size=old), record(width=new)) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (str, Annotated[Number, renamed_from("size")], "type changed from string to Number"),
        (str, Annotated[Short, renamed_from("size")], "limit maxLength 5 was added"),
        ((str | None, None), Annotated[str, renamed_from("size")], "became required"),
    ],
)
def test_a_renamed_field_is_compared_with_the_earlier_one(old: Any, new: Any, what: str) -> None:
    [found] = breaking_changes(record(size=old), record(width=new))

    assert found.field == "width"
    assert what in found.what


@pytest.mark.parametrize(
    ("new", "lost"),
    [
        (str, "'size'"),
        (Annotated[str, renamed_from("other")], "'size'"),
        (Annotated[str, renamed_from("older")], "'size'"),
    ],
)
def test_a_field_that_no_longer_names_an_earlier_name_breaks(new: Any, lost: str) -> None:
    old = record(width=Annotated[str, renamed_from("size")])

    [found] = breaking_changes(old, record(width=new))

    assert found.what == f"rows that hold it as {lost} are no longer read"


def test_a_second_rename_must_name_both_earlier_names() -> None:
    old = record(width=Annotated[str, renamed_from("size")])
    one = record(span=Annotated[str, renamed_from("width")])
    both = record(span=Annotated[str, renamed_from("width", "size")])

    assert [found.field for found in breaking_changes(old, one)] == ["width"]
    assert breaking_changes(old, both) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((str | None, None), str),
        ((str, "none"), str),
        ((Number | None, None), Number),
        ((list[str], []), list[str]),
    ],
)
def test_a_field_that_becomes_required_breaks(old: Any, new: Any) -> None:
    assert changes(old, new) == ["the field became required"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (str, (str, "none")),
        (str, (str | None, None)),
        ((str | None, None), (str, "none")),
        ((Number | None, None), (Number, 0)),
    ],
)
def test_a_field_with_a_default_does_not_break(old: Any, new: Any) -> None:
    assert changes(old, new) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (str, Number),
        (Number, str),
        (Number, CalendarDate),
        (bool, str),
        (str, bool),
        (bool, Number),
        (str, list[str]),
        (list[str], str),
        (list[Number], list[str]),
        (list[bool | None], list[bool]),
        (CalendarDate, UtcTime),
        (UtcTime, CalendarDate),
        (UtcTime, Number),
    ],
)
def test_a_field_of_another_type_breaks(old: Any, new: Any) -> None:
    [found] = changes(old, new)

    assert "the type changed from " in found


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (str, EntityId, "the type changed from string to EntityId"),
        (str, CalendarDate, "the type changed from string to CalendarDate"),
        (str, UtcTime, "the type changed from string to UtcTime"),
        (str, Literal["a", "b"], "only 'a', 'b' are accepted"),
        (str | Number, Number, "the type changed from string to Number"),
    ],
)
def test_a_stricter_type_breaks(old: Any, new: Any, what: str) -> None:
    assert changes(old, new) == [what]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (Literal["a", "b"], Literal["a"], ["the value 'b' was removed"]),
        (
            Literal["a", "b", "c"],
            Literal["a", "d"],
            ["the value 'b' was removed", "the value 'c' was removed"],
        ),
        (list[Literal["a", "b"]], list[Literal["b"]], ["items: the value 'a' was removed"]),
    ],
)
def test_a_removed_value_breaks(old: Any, new: Any, what: list[str]) -> None:
    assert changes(old, new) == what


@pytest.mark.parametrize(("old", "new"), [(ToContract, ToMilestone), (ToMilestone, ToContract)])
def test_a_reference_to_another_entity_breaks(old: Any, new: Any) -> None:
    [found] = changes((old, None), (new, None))

    assert found.startswith("the reference changed from ")


@pytest.mark.parametrize("new", [None, {"entity": "PUMP", "fields": {}, "removed": True}])
def test_a_removed_entity_breaks_once(new: Any) -> None:
    [found] = breaking_changes(record(size=str), new)

    assert str(found) == "PUMP: the entity was removed: restore entities/pump.py or pump.yaml"
    assert breaking_changes(record(size=str) | {"removed": True}, new) == []


def test_an_entity_that_comes_back_is_compared_with_the_removed_one() -> None:
    removed = record(size=str) | {"removed": True}

    assert breaking_changes(removed, record(size=str)) == []
    assert [found.field for found in breaking_changes(removed, record(size=Number))] == ["size"]


def test_several_changes_are_all_found() -> None:
    old = record(a=str, b=str, c=Literal["x", "y"])
    new = record(a=Short, c=Literal["x"], d=str)

    assert [found.field for found in breaking_changes(old, new)] == ["b", "a", "c", "d"]

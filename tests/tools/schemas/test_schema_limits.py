"""A stricter limit of a field breaks stored rows, and a field that accepts more does not."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from entities.fields import CalendarDate, EntityId, Number, personal
from tests.tools.schemas.test_schema_rules import Short, ToContract, changes

Amount = Annotated[Number, Field(ge=0)]
From = Annotated[CalendarDate, Field(ge="2020-01-01")]


@pytest.mark.parametrize(
    ("old", "new", "limit"),
    [
        (str, Short, "maxLength 5 was added"),
        (str, Annotated[str, Field(min_length=1)], "minLength 1 was added"),
        (str, Annotated[str, Field(pattern="^a")], "pattern '^a' was added"),
        (Annotated[str, Field(max_length=10)], Short, "maxLength changed from 10 to 5"),
        (Number, Amount, "minimum 0 was added"),
        (Amount, Annotated[Number, Field(ge=2)], "minimum changed from 0 to 2"),
        (Amount, Annotated[Number, Field(gt=0)], "exclusiveMinimum 0 was added"),
        (
            Annotated[Number, Field(le=10)],
            Annotated[Number, Field(le=9)],
            "maximum changed from 10 to 9",
        ),
        (Number, Annotated[Number, Field(decimal_places=2)], "decimalPlaces 2 was added"),
        (Number, Annotated[Number, Field(max_digits=9)], "maxDigits 9 was added"),
        (Number, Annotated[Number, Field(multiple_of=2)], "multipleOf 2 was added"),
        (CalendarDate, From, "minimum '2020-01-01' was added"),
        (
            From,
            Annotated[CalendarDate, Field(ge="2021-01-01")],
            "minimum changed from '2020-01-01' to '2021-01-01'",
        ),
        (list[str], Annotated[list[str], Field(max_length=3)], "maxItems 3 was added"),
        (list[str], Annotated[list[str], Field(min_length=1)], "minItems 1 was added"),
        (EntityId, Short, "maxLength changed from 512 to 5"),
        (CalendarDate, Short, "maxLength changed from 10 to 5"),
    ],
)
def test_a_stricter_limit_breaks(old: Any, new: Any, limit: str) -> None:
    assert changes(old, new) == [f"the limit {limit}"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (EntityId, str),
        (EntityId, Annotated[str, Field(min_length=1, max_length=600)]),
        (CalendarDate, str),
        (Literal["a"], Literal["b", "a"]),
        (Literal["a"], str),
        (Short, Annotated[str, Field(max_length=6)]),
        (Short, str),
        (Amount, Number),
        (Annotated[Number, Field(gt=0)], Amount),
        (Annotated[Number, Field(ge=2)], Annotated[Number, Field(ge=1)]),
        (From, CalendarDate),
        (Number, Number | str),
        (list[Short], list[str]),
        (str, Annotated[str, personal()]),
        ((EntityId | None, None), (ToContract, None)),
        ((ToContract, None), (EntityId | None, None)),
    ],
)
def test_a_field_that_accepts_more_does_not_break(old: Any, new: Any) -> None:
    assert changes(old, new) == []

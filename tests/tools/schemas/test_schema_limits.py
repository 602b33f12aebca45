"""A stricter limit of a field breaks stored rows, and a field that accepts more does not."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from entities.fields import CalendarDate, EntityId, Number, UtcTime, personal
from tests.tools.schemas.test_schema_rules import Short, ToContract, changes

Amount = Annotated[Number, Field(ge=0)]
Small = Annotated[Number, Field(ge=Decimal("-1E-7"))]
From = Annotated[CalendarDate, Field(ge="2020-01-01")]
Since = Annotated[UtcTime, Field(ge=datetime(2020, 1, 1, tzinfo=UTC))]
SoonAfter = Annotated[UtcTime, Field(ge=datetime(2020, 1, 1, microsecond=5, tzinfo=UTC))]


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
        (Small, Amount, "minimum changed from '-1E-7' to 0"),
        (UtcTime, Since, "minimum '2020-01-01T00:00:00Z' was added"),
        (
            Since,
            SoonAfter,
            "minimum changed from '2020-01-01T00:00:00Z' to '2020-01-01T00:00:00.000005Z'",
        ),
        (UtcTime, Annotated[str, Field(max_length=26)], "maxLength changed from 27 to 26"),
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
        (SoonAfter, Since),
        (Since, UtcTime),
        (UtcTime, str),
        (UtcTime, Annotated[str, Field(max_length=27)]),
        (UtcTime, UtcTime | CalendarDate),
        (bool, bool | None),
        (bool, bool | str),
        (list[bool], list[bool | None]),
        (list[UtcTime], list[str]),
        (Number, Number | str),
        (list[Short], list[str]),
        (str, Annotated[str, personal()]),
        ((EntityId | None, None), (ToContract, None)),
        ((ToContract, None), (EntityId | None, None)),
    ],
)
def test_a_field_that_accepts_more_does_not_break(old: Any, new: Any) -> None:
    assert changes(old, new) == []

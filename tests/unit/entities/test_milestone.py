from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import to_json

from entities.milestone import Milestone
from tests.support.factories import milestone


def test_a_milestone_has_these_fields() -> None:
    body = milestone(description="Rotor", start_date="2026-01-31", end_date="2026-02-28")

    entity = Milestone.model_validate_json(to_json(body))

    assert entity.model_dump() == {
        "milestone_id": "m-1",
        "contract_id": "c-1",
        "description": "Rotor",
        "start_date": date(2026, 1, 31),
        "end_date": date(2026, 2, 28),
    }


@pytest.mark.parametrize("field", ["milestone_id", "contract_id"])
def test_the_id_and_the_contract_are_required(field: str) -> None:
    body = milestone()
    del body[field]

    with pytest.raises(ValidationError, match="Field required"):
        Milestone.model_validate(body)


@pytest.mark.parametrize(
    "days",
    [
        pytest.param({}, id="no day"),
        pytest.param({"start_date": "2026-01-31"}, id="start only"),
        pytest.param({"end_date": "2026-01-31"}, id="end only"),
        pytest.param({"start_date": "2026-01-31", "end_date": "2026-01-31"}, id="one day"),
    ],
)
def test_a_milestone_may_end_on_the_day_it_starts_or_have_no_dates(days: dict[str, str]) -> None:
    entity = Milestone.model_validate_json(to_json(milestone(**days)))

    assert entity.model_dump(mode="json", exclude_none=True) == milestone(**days)


def test_a_milestone_cannot_end_before_it_starts() -> None:
    days = milestone(start_date="2026-01-31", end_date="2026-01-30")

    with pytest.raises(ValidationError, match="end_date must not be before start_date"):
        Milestone.model_validate_json(to_json(days))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("milestone_id", "m#1"),
        ("contract_id", ""),
        ("contract_id", None),
        ("description", 7),
        ("start_date", "2026-02-30"),
        ("end_date", 1699920000),
        ("due_date", "2026-01-31"),
    ],
)
def test_a_validation_error_names_the_invalid_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as error:
        Milestone.model_validate_json(to_json(milestone(**{field: value})))

    assert [fault["loc"] for fault in error.value.errors()] == [(field,)]


def test_the_json_schema_names_the_target_of_each_reference() -> None:
    properties = Milestone.model_json_schema()["properties"]

    targets = {
        name: field["x-references"] for name, field in properties.items() if "x-references" in field
    }
    assert targets == {"contract_id": "CONTRACT"}

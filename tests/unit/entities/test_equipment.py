from typing import Any

import pytest
from pydantic import ValidationError

from entities.equipment import Equipment
from tests.support.factories import equipment


def test_equipment_has_these_fields() -> None:
    body = equipment(
        parent_equipment_id="e-0", contract_id="c-1", current_milestone_id="m-1", cat_id="pump"
    )

    entity = Equipment.model_validate(body)

    assert entity.model_dump() == body


def test_only_the_id_is_required() -> None:
    entity = Equipment.model_validate(equipment())

    assert entity.model_dump(exclude_none=True) == {"equipment_id": "e-1"}


def test_equipment_cannot_be_its_own_parent() -> None:
    with pytest.raises(ValidationError, match="must not be the equipment's own id"):
        Equipment.model_validate(equipment(parent_equipment_id="e-1"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("equipment_id", None),
        ("parent_equipment_id", "a#b"),
        ("contract_id", ""),
        ("current_milestone_id", " m"),
        ("cat_id", 7),
        ("weight", 12),
    ],
)
def test_a_validation_error_names_the_invalid_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as error:
        Equipment.model_validate(equipment(**{field: value}))

    assert [fault["loc"] for fault in error.value.errors()] == [(field,)]


def test_the_json_schema_names_the_target_of_each_reference() -> None:
    properties = Equipment.model_json_schema()["properties"]

    targets = {
        name: field["x-references"] for name, field in properties.items() if "x-references" in field
    }
    assert targets == {
        "parent_equipment_id": "EQUIPMENT",
        "contract_id": "CONTRACT",
        "current_milestone_id": "MILESTONE",
    }

from typing import Any

import pytest
from pydantic import ValidationError

from entities.contract import Contract
from tests.support.factories import contract


def test_a_contract_has_these_fields() -> None:
    assert list(Contract.model_fields) == [
        "contract_id",
        "contract_name",
        "contract_type",
        "contract_status",
    ]


@pytest.mark.parametrize("contract_type", ["goods", "works", "services"])
def test_contract_types_are_those_of_the_open_contracting_standard(contract_type: str) -> None:
    entity = Contract.model_validate(contract(contract_type=contract_type))

    assert entity.contract_type == contract_type


@pytest.mark.parametrize("contract_status", ["pending", "active", "cancelled", "terminated"])
def test_contract_statuses_are_those_of_the_open_contracting_standard(contract_status: str) -> None:
    entity = Contract.model_validate(contract(contract_status=contract_status))

    assert entity.contract_status == contract_status


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contract_type", "GOODS"),
        ("contract_type", "supplies"),
        ("contract_type", None),
        ("contract_status", "Active"),
        ("contract_status", "closed"),
        ("contract_name", 7),
        ("contract_name", None),
        ("contract_id", 7),
        ("contract_id", ""),
        ("value", "12.50"),
    ],
)
def test_a_validation_error_names_the_invalid_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as error:
        Contract.model_validate(contract(**{field: value}))

    assert [fault["loc"] for fault in error.value.errors()] == [(field,)]


@pytest.mark.parametrize("field", list(Contract.model_fields))
def test_every_field_is_required(field: str) -> None:
    body = contract()
    del body[field]

    with pytest.raises(ValidationError, match="Field required"):
        Contract.model_validate(body)

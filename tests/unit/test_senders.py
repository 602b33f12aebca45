"""Which entities a source and the operator may send."""

from typing import Any

import pytest

from ingestion.errors import RejectedRecord
from tests.support.factories import CANARY, catalog, contract, event


def test_an_event_of_the_operator_is_validated_like_any_event() -> None:
    entity = catalog().entity_of(event(contract(), source="operator"))

    assert entity.model_dump() == contract()
    with pytest.raises(RejectedRecord, match="invalid_entity"):
        catalog().entity_of(event(contract(contract_type=CANARY), source="operator"))


def test_the_rejection_of_an_unknown_source_lists_the_known_sources() -> None:
    with pytest.raises(RejectedRecord) as rejection:
        catalog().entity_of(event(contract(), source="sourceX"))

    assert rejection.value.reason == "unknown_source"
    assert "sourceA, sourceB, sourceC, documents, operator" in rejection.value.detail


@pytest.mark.parametrize("entity_name", ["EQUIPMENT", "ROCKET", "contract", "", CANARY])
def test_a_source_sends_only_its_own_entities(entity_name: str) -> None:
    source = catalog().sources["sourceB"]

    with pytest.raises(RejectedRecord) as rejection:
        source.validate_entity(entity_name, contract(), delete=False, within="body")

    assert rejection.value.reason == "unknown_entity"
    assert rejection.value.detail == "entity_name: must name one of CONTRACT"


@pytest.mark.parametrize(
    ("data", "delete", "errors"),
    [
        pytest.param({"contract_id": "c-1"}, False, 3, id="upsert with the id alone"),
        pytest.param(contract(), True, 3, id="delete with the whole entity"),
        pytest.param(contract(contract_type=CANARY), False, 1, id="wrong type"),
        pytest.param({}, True, 1, id="delete of nothing"),
    ],
)
def test_the_errors_of_an_entity_name_their_place_in_the_document(
    data: dict[str, Any], delete: bool, errors: int
) -> None:
    source = catalog().sources["sourceB"]

    with pytest.raises(RejectedRecord) as rejection:
        source.validate_entity("CONTRACT", data, delete=delete, within="body")

    assert len(rejection.value.errors) == errors
    assert all(error.field.startswith("body.contract_") for error in rejection.value.errors)
    assert CANARY not in rejection.value.detail


def test_a_valid_entity_is_accepted() -> None:
    source = catalog().sources["sourceB"]

    entity = source.validate_entity("CONTRACT", contract(), delete=False, within="body")

    assert entity.model_dump() == contract()

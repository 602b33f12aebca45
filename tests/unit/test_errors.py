from typing import Any

import pytest
from pydantic import ValidationError

from entities.contract import Contract
from ingestion.errors import FieldError, IngestionError, RejectedRecord, TransientFailure
from tests.support.factories import CANARY, contract


@pytest.mark.parametrize("branch", [RejectedRecord, TransientFailure])
def test_both_branches_are_the_platforms_own(branch: type[Exception]) -> None:
    assert issubclass(branch, IngestionError)


def test_a_rejection_lists_each_fault_with_its_field() -> None:
    rejection = RejectedRecord("invalid", FieldError("id", "is empty"), FieldError("", "is late"))

    assert rejection.describe() == [
        {"reason": "invalid", "field": "id", "message": "is empty"},
        {"reason": "invalid", "field": "", "message": "is late"},
    ]


def test_the_detail_is_one_line_of_all_faults() -> None:
    rejection = RejectedRecord("invalid", FieldError("id", "is empty"), FieldError("", "is late"))

    assert rejection.detail == "id: is empty; is late"


@pytest.mark.parametrize(
    ("within", "field"), [("", "contract_type"), ("body", "body.contract_type")]
)
def test_a_validation_fault_is_placed_within_its_document(within: str, field: str) -> None:
    error = refusal(contract_type="lease")

    rejection = RejectedRecord.from_validation("invalid_entity", error, within)

    assert rejection.errors == (
        FieldError(field, "Input should be 'goods', 'works' or 'services'"),
    )


def test_a_rule_of_ours_reads_as_we_wrote_it() -> None:
    error = refusal(contract_id="a ")

    rejection = RejectedRecord.from_validation("invalid_entity", error)

    assert rejection.detail == "contract_id: must not begin or end with a blank"


def test_a_validation_fault_never_holds_what_was_sent() -> None:
    error = refusal(contract_id=f"#{CANARY}", contract_type=CANARY, contract_name={"x": CANARY})

    rejection = RejectedRecord.from_validation("invalid_entity", error)

    assert len(rejection.errors) == 3
    assert CANARY not in f"{rejection!r} {rejection} {rejection.describe()} {rejection.detail}"


def refusal(**changes: Any) -> ValidationError:
    with pytest.raises(ValidationError) as error:
        Contract.model_validate(contract(**changes))
    return error.value


def test_an_event_of_very_many_faults_names_the_first_ten_and_counts_the_others() -> None:
    error = refusal(**{f"{n}-{'x' * 5_000}": n for n in range(1_000)})

    described = RejectedRecord.from_validation("invalid_entity", error).describe()

    assert len(described) == 11
    assert described[-1]["message"] == "and 990 more"
    assert len(str(described)) < 3_000

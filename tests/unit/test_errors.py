from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from entities.contract import Contract
from entities.fields import CalendarDate, Number, UtcTime
from ingestion.errors import (
    FieldError,
    IngestionError,
    RejectedRecord,
    TransientFailure,
    validate_as,
)
from tests.support.factories import CANARY, contract
from tests.support.memory import bounded_memory


@pytest.mark.parametrize("branch", [RejectedRecord, TransientFailure])
def test_rejections_and_transient_failures_are_errors_of_the_platform(
    branch: type[Exception],
) -> None:
    assert issubclass(branch, IngestionError)


def test_a_rejection_lists_each_error_with_its_field() -> None:
    rejection = RejectedRecord("invalid", FieldError("id", "is empty"), FieldError("", "is late"))

    assert rejection.error_documents() == [
        {"reason": "invalid", "field": "id", "message": "is empty"},
        {"reason": "invalid", "field": "", "message": "is late"},
    ]


def test_the_detail_joins_all_errors_in_one_line() -> None:
    rejection = RejectedRecord("invalid", FieldError("id", "is empty"), FieldError("", "is late"))

    assert rejection.detail == "id: is empty; is late"


@pytest.mark.parametrize(
    ("within", "field"), [("", "contract_type"), ("body", "body.contract_type")]
)
def test_a_validation_error_names_its_place_in_the_document(within: str, field: str) -> None:
    error = refusal(contract_type="lease")

    rejection = RejectedRecord.from_validation("invalid_entity", error, within)

    assert rejection.errors == (
        FieldError(field, "Input should be 'goods', 'works' or 'services'"),
    )


def test_the_message_of_our_own_rule_is_kept_unchanged() -> None:
    error = refusal(contract_id="a ")

    rejection = RejectedRecord.from_validation("invalid_entity", error)

    assert rejection.detail == "contract_id: must not begin or end with a blank"


def test_a_validation_error_does_not_quote_the_input() -> None:
    error = refusal(contract_id=f"#{CANARY}", contract_type=CANARY, contract_name={"x": CANARY})

    rejection = RejectedRecord.from_validation("invalid_entity", error)

    assert len(rejection.errors) == 3
    assert (
        CANARY not in f"{rejection!r} {rejection} {rejection.error_documents()} {rejection.detail}"
    )


def refusal(**changes: Any) -> ValidationError:
    with pytest.raises(ValidationError) as error:
        Contract.model_validate(contract(**changes))
    return error.value


def test_a_rejection_with_many_errors_lists_the_first_ten_and_counts_the_others() -> None:
    error = refusal(**{f"{n}-{'x' * 5_000}": n for n in range(1_000)})

    described = RejectedRecord.from_validation("invalid_entity", error).error_documents()

    assert len(described) == 11
    assert described[-1]["message"] == "and 990 more"
    assert len(str(described)) < 3_000


class Crate(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    numbers: list[int] = Field(default=[])


@pytest.mark.parametrize(
    "content",
    [{f"k{number}": 0 for number in range(1_001)}, {"numbers": ["0"] * 1_001}],
    ids=["unknown fields", "values of a list"],
)
def test_more_than_1000_errors_are_only_counted(content: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as error:
        Crate.model_validate(content)

    rejection = RejectedRecord.from_validation("invalid", error.value, "body")

    assert rejection.detail == "body: has 1001 errors: too many to list"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"numbers": 7}, "numbers: Input should be a valid array"),
        ([], "Input should be an object"),
    ],
)
def test_a_wrong_type_is_named_in_the_words_of_json(content: Any, message: str) -> None:
    with pytest.raises(ValidationError) as error:
        Crate.model_validate(content)

    assert RejectedRecord.from_validation("invalid", error.value).detail == message


class Gauge(BaseModel):
    level: Annotated[Number, Field(ge=Decimal("2.5"))] = Decimal(3)
    step: Annotated[Number, Field(multiple_of=Decimal("0.3"))] = Decimal(3)
    count: Annotated[Number, Field(lt=10)] = Decimal(3)
    day: Annotated[CalendarDate, Field(ge=date(2020, 1, 1))] = date(2026, 1, 1)
    at: Annotated[UtcTime, Field(gt=datetime(2020, 1, 1, 12, tzinfo=UTC))] | None = None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"level": 2}, "level: Input should be greater than or equal to 2.5"),
        ({"step": 1}, "step: Input should be a multiple of 0.3"),
        ({"count": 10}, "count: Input should be less than 10"),
        ({"day": "2019-12-31"}, "day: Input should be greater than or equal to 2020-01-01"),
        (
            {"at": "2020-01-01T12:00:00Z"},
            "at: Input should be greater than 2020-01-01T12:00:00Z",
        ),
    ],
)
def test_a_limit_is_named_as_json_writes_a_value(content: Any, message: str) -> None:
    with pytest.raises(ValidationError) as error:
        Gauge.model_validate(content)

    assert RejectedRecord.from_validation("invalid", error.value).detail == message


@pytest.mark.parametrize("within", ["", "body"])
def test_many_unknown_fields_are_named_as_by_pydantic(within: str) -> None:
    content = contract() | {f"k{number}-{'x' * 200}": 0 for number in range(30)}
    expected = RejectedRecord.from_validation("invalid", refusal(**content), within)

    with pytest.raises(RejectedRecord) as rejection:
        validate_as(Contract, content, "invalid", within)

    assert rejection.value.reason == "invalid"
    assert rejection.value.errors == expected.errors
    assert rejection.value.errors[-1] == FieldError("", "and 20 more")


def test_of_480000_unknown_fields_ten_are_named_without_an_error_for_each() -> None:
    content = {f"k{number}": number for number in range(480_000)}

    with bounded_memory(100_000), pytest.raises(RejectedRecord) as rejection:
        validate_as(Contract, content, "invalid")

    assert len(rejection.value.errors) == 11
    assert rejection.value.errors[-1].message == "and 479990 more"


def test_unknown_fields_that_a_model_allows_are_no_errors() -> None:
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")

    content = {f"k{number}": number for number in range(1_000)}

    assert validate_as(Open, content, "invalid").model_extra == content

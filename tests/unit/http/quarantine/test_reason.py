"""Why a request is in quarantine, on one line and by its problem or its items."""

from http import HTTPStatus

import pytest

from ingestion.errors import FieldError, RejectedRecord
from ingestion.http.http_problem import HttpProblem
from ingestion.http.quarantine.reason import Reason, reason_of_problem, reasons_of_results
from ingestion.intake.placed import Placed


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason(reason="unmatched", message="no rule"), "unmatched: no rule"),
        (Reason(reason="unmatched", message="no rule", index=0), "unmatched: payload 0: no rule"),
        (
            Reason(reason="invalid_entity", field="end_date", message="no date", index=2),
            "invalid_entity: payload 2: end_date: no date",
        ),
    ],
)
def test_a_reason_is_one_line(reason: Reason, text: str) -> None:
    assert reason.text == text


@pytest.mark.parametrize(
    ("status", "slug"),
    [
        (HTTPStatus.BAD_REQUEST, "unreadable_payload"),
        (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "request_too_large"),
        (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request"),
    ],
)
def test_a_problem_of_the_whole_request_is_one_reason(status: HTTPStatus, slug: str) -> None:
    reason = reason_of_problem(HttpProblem(status, "what would be right"))

    assert reason == Reason(reason=slug, message="what would be right")


def test_the_reason_of_a_media_type_repeats_no_header() -> None:
    problem = HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "it is 'secret'")

    reason = reason_of_problem(problem)

    assert reason.reason == "unsupported_media_type"
    assert reason.message.startswith("Content-Type must be JSON, CloudEvents, a form or XML")


def test_each_fault_of_each_rejected_item_is_a_reason_with_its_place() -> None:
    faults = (FieldError("a", "first"), FieldError("b", "second"))
    rejected = Placed(
        {"index": 1, "rule": 2, "item": 3}, RejectedRecord("unmappable_item", *faults)
    )
    ignored = Placed({"index": 0}, None)

    reasons = reasons_of_results([ignored, rejected])

    assert [(each.field, each.message) for each in reasons] == [("a", "first"), ("b", "second")]
    assert {(each.index, each.rule, each.item) for each in reasons} == {(1, 2, 3)}
    assert (ignored.is_rejected, rejected.is_rejected) == (False, True)

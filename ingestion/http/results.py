"""The API's responses to posted events: the outcome of each, by its place in the request."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from ingestion.errors import RejectedRecord
from ingestion.event import TOO_LARGE, Message
from ingestion.http.http_problem import HttpProblem
from ingestion.http.problem import json_response
from ingestion.intake.placed import Placed


def results_response(
    results: Sequence[Placed], unpublished: list[Message], success: HTTPStatus
) -> Response[str]:
    """Return the status of success or 207.

    Raises HttpProblem with the same members for 413, 422 and 503. `unpublished` holds the events
    that the topic did not accept.
    """
    members = _members(results, {event.deduplication_id for event in unpublished})
    if unpublished:
        raise HttpProblem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "not all events were published: repeat the request with the same ids",
            **members,
        )
    outcomes = (placed.outcome for placed in results)
    rejected = [outcome for outcome in outcomes if isinstance(outcome, RejectedRecord)]
    if rejected and len(rejected) == len(results):
        is_too_large = all(rejection.reason == TOO_LARGE for rejection in rejected)
        raise HttpProblem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            if is_too_large
            else HTTPStatus.UNPROCESSABLE_ENTITY,
            "no event was accepted",
            **members,
        )
    return json_response(HTTPStatus.MULTI_STATUS if rejected else success, members)


def accepted_before_response(status: int) -> Response[str]:
    """Return the response to an exact repeat of a request that got this status of success.

    A sender that did not wait for the first response must not take the repeat for a failure.
    """
    detail = "this request was accepted before, and nothing was done again"
    return json_response(HTTPStatus(status), {"events": [], "errors": [], "detail": detail})


def _members(results: Sequence[Placed], unpublished_ids: set[str]) -> dict[str, Any]:
    events: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for place, outcome in results:
        if isinstance(outcome, RejectedRecord):
            events.append({**place, "status": "rejected"})
            errors += ({**place, **fault} for fault in outcome.error_documents())
        elif outcome is None:
            events.append({**place, "status": "ignored"})
        else:
            status = "not_taken" if outcome.deduplication_id in unpublished_ids else "accepted"
            events.append({**place, "id": outcome.id, "status": status})
    return {"events": events, "errors": errors}

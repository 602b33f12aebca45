"""The API's answers to posted events: the outcome of each, by its place in the request."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from ingestion.errors import RejectedRecord
from ingestion.event import Event, Message
from ingestion.http.problem import HttpProblem, answer
from ingestion.intake.submission import TOO_LARGE


def answer_results(results: list[Event | RejectedRecord], left: list[Message]) -> Response[str]:
    """Return 202 or 207. Raises HttpProblem with the same members for 413, 422 and 503.

    `left` holds the events that the topic did not accept.
    """
    members = _members(results, {id(event) for event in left})
    if left:
        raise HttpProblem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "not all events were published: repeat the request with the same ids",
            **members,
        )
    rejected = [result for result in results if isinstance(result, RejectedRecord)]
    if len(rejected) == len(results):
        large = results and all(rejection.reason == TOO_LARGE for rejection in rejected)
        raise HttpProblem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE if large else HTTPStatus.UNPROCESSABLE_ENTITY,
            "no event was accepted" if results else "the array must hold at least one event",
            **members,
        )
    return answer(HTTPStatus.MULTI_STATUS if rejected else HTTPStatus.ACCEPTED, members)


def _members(results: list[Event | RejectedRecord], left: set[int]) -> dict[str, Any]:
    events: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for index, result in enumerate(results):
        if isinstance(result, RejectedRecord):
            events.append({"index": index, "status": "rejected"})
            errors += ({"index": index, **fault} for fault in result.describe())
        else:
            status = "not_taken" if id(result) in left else "accepted"
            events.append({"index": index, "id": result.id, "status": status})
    return {"events": events, "errors": errors}

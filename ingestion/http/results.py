"""The API's responses to posted events: the outcome of each, by its position in the request."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from ingestion.errors import RejectedRecord
from ingestion.event import TOO_LARGE, Event, Message
from ingestion.http.http_problem import HttpProblem
from ingestion.http.problem import json_response


def results_response(
    results: list[Event | RejectedRecord], unpublished: list[Message]
) -> Response[str]:
    """Return 202 or 207. Raises HttpProblem with the same members for 413, 422 and 503.

    `unpublished` holds the events that the topic did not accept.
    """
    members = _members(results, {event.deduplication_id for event in unpublished})
    if unpublished:
        raise HttpProblem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "not all events were published: repeat the request with the same ids",
            **members,
        )
    rejected = [result for result in results if isinstance(result, RejectedRecord)]
    if rejected and len(rejected) == len(results):
        is_too_large = all(rejection.reason == TOO_LARGE for rejection in rejected)
        raise HttpProblem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            if is_too_large
            else HTTPStatus.UNPROCESSABLE_ENTITY,
            "no event was accepted",
            **members,
        )
    return json_response(HTTPStatus.MULTI_STATUS if rejected else HTTPStatus.ACCEPTED, members)


def _members(results: list[Event | RejectedRecord], unpublished_ids: set[str]) -> dict[str, Any]:
    events: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for index, result in enumerate(results):
        if isinstance(result, RejectedRecord):
            events.append({"index": index, "status": "rejected"})
            errors += ({"index": index, **fault} for fault in result.error_documents())
        else:
            status = "not_taken" if result.deduplication_id in unpublished_ids else "accepted"
            events.append({"index": index, "id": result.id, "status": status})
    return {"events": events, "errors": errors}

"""Reads a correction: the entity in its path, and its content."""

from datetime import datetime
from http import HTTPStatus

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import Event, Operation
from ingestion.http import methods
from ingestion.http.http_problem import HttpProblem
from ingestion.http.paths import read_path
from ingestion.http.request import read_json
from ingestion.intake.correction import IDEMPOTENCY_KEY, correction
from ingestion.intake.submission import Caller, events_of


def read_correction(
    request: APIGatewayProxyEvent, caller: Caller, received_at: datetime
) -> Event | RejectedRecord:
    """Return the event of a PUT or DELETE, or why its content is invalid. Raises HttpProblem."""
    address = read_path(request.path)
    if address.is_related:
        detail = "related entities are read-only; if the id ends in /related, write %2Frelated"
        allow = {"Allow": methods.READ}
        raise HttpProblem(HTTPStatus.METHOD_NOT_ALLOWED, detail, headers=allow)
    operation: Operation = "upsert" if request.http_method == "PUT" else "delete"
    if operation == "delete" and request.body:
        raise HttpProblem(
            HTTPStatus.BAD_REQUEST, "DELETE has a body: send the request without a body"
        )
    model, entity_id = address.model, address.entity_id
    content = read_json(request) if operation == "upsert" else {}
    item = correction(model, entity_id, operation, content, request.headers.get(IDEMPOTENCY_KEY))
    [result] = events_of([item], caller, received_at)
    if isinstance(result, Event) and result.subject != entity_id:
        fault = FieldError(f"body.{model.id_field()}", "must be the id in the path, or left out")
        return RejectedRecord("invalid_entity", fault)
    return result

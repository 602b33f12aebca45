"""Maps the payloads of a request by the rules of its source, within the bounds of a request."""

import time
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.catalog import Source
from ingestion.http.http_problem import HttpProblem
from ingestion.http.payloads import Payloads, origin_of, read_payloads
from ingestion.http.problem import gateway_request_id, json_response
from ingestion.http.results import accepted_before_response
from ingestion.intake.mapped import PayloadMapper
from ingestion.intake.placed import Placed
from ingestion.intake.submission import MAX_EVENTS, Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.mapping.handshakes import answer_handshake
from ingestion.mapping.outcome import MappingOutOfTime, Origin, TooManyItems
from ingestion.mapping.values.value import FAILURES
from ingestion.syntax.exact_json import UnreadableItem
from ingestion.syntax.times import timestamp

_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def map_request(
    request: APIGatewayProxyEvent,
    caller: Caller,
    rules: CompiledRules,
    source: Source,
    received_at: datetime,
    map_seconds: float,
) -> list[Placed] | Response[str]:
    """Return the events of the payloads, and what made no event, or the answer to a handshake.

    Raises HttpProblem.
    """
    payloads = read_payloads(request, source.form)
    origin = _origin(request, caller, received_at)
    if answer := _handshake_response(request, caller.name, source, payloads.items, origin):
        return answer
    return map_payloads(payloads, caller, rules, origin, received_at, map_seconds)


def repeated_response(
    request: APIGatewayProxyEvent,
    caller: Caller,
    source: Source,
    received_at: datetime,
    status: int,
) -> Response[str]:
    """Return the response to an exact repeat of a request that was accepted with this status.

    A handshake is answered again.
    """
    if source.handshake:
        with suppress(HttpProblem):
            payloads = read_payloads(request, source.form).items
            origin = _origin(request, caller, received_at)
            if answer := _handshake_response(request, caller.name, source, payloads, origin):
                return answer
    return accepted_before_response(status)


def map_payloads(
    payloads: Payloads,
    caller: Caller,
    rules: CompiledRules,
    origin: Origin,
    received_at: datetime,
    seconds: float,
    *,
    revision: str | None = None,
    max_events: int | None = MAX_EVENTS,
) -> list[Placed]:
    """Return what became of the payloads. Raises HttpProblem beyond one of the bounds."""
    deadline = time.monotonic() + seconds
    mapper = PayloadMapper(
        rules,
        caller,
        origin,
        received_at,
        payloads.is_text,
        must_stop=lambda: time.monotonic() > deadline,
        revision=revision,
        max_events=max_events,
    )
    try:
        return mapper.results(payloads.items)
    except TooManyItems as error:
        detail = f"{error.count} items in one request: send at most {max_events}"
        raise HttpProblem(_TOO_LARGE, detail) from error
    except MappingOutOfTime as error:
        detail = f"mapping took over {seconds} s: send fewer payloads or items in a request"
        raise HttpProblem(_TOO_LARGE, detail) from error


def _origin(request: APIGatewayProxyEvent, caller: Caller, received_at: datetime) -> Origin:
    first_receipt = timestamp(caller.first_receipt(received_at))
    return origin_of(request, first_receipt, caller.signature_header)


def _handshake_response(
    request: APIGatewayProxyEvent,
    name: str,
    source: Source,
    payloads: list[Any],
    origin: Origin,
) -> Response[str] | None:
    """Return the response to a handshake. Raises HttpProblem if an expression fails."""
    answer = find_answer(source, payloads, origin)
    if answer is None:
        return None
    Logger().info("handshake_answered", source=name, request_id=gateway_request_id(request))
    return json_response(HTTPStatus.OK, answer)


def find_answer(source: Source, payloads: list[Any], origin: Origin) -> dict[str, Any] | None:
    """Return the answer if there is one payload, which is a handshake.

    Raises HttpProblem if an expression fails.
    """
    handshake = source.handshake
    if handshake is None or len(payloads) != 1 or isinstance(payloads[0], UnreadableItem):
        return None
    try:
        return answer_handshake(handshake.when, handshake.answer, payloads[0], origin)
    except FAILURES as failure:
        detail = f"the handshake of this source fails: {failure}"
        raise HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from failure

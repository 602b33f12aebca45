"""Maps the payloads of a request by the rules of its source, within the bounds of a request."""

import time
from datetime import datetime
from http import HTTPStatus

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.catalog import FormBody
from ingestion.http.http_problem import HttpProblem
from ingestion.http.payloads import origin_of, read_payloads
from ingestion.intake.mapped import PayloadMapper
from ingestion.intake.placed import Placed
from ingestion.intake.submission import MAX_EVENTS, Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.mapping.outcome import MappingOutOfTime, TooManyItems
from ingestion.times import timestamp

_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def map_request(
    request: APIGatewayProxyEvent,
    caller: Caller,
    rules: CompiledRules,
    form: FormBody | None,
    received_at: datetime,
    map_seconds: float,
) -> list[Placed]:
    """Return the events of the payloads, and what made no event. Raises HttpProblem."""
    payloads = read_payloads(request, form)
    first_receipt = timestamp(caller.first_receipt(received_at))
    deadline = time.monotonic() + map_seconds
    mapper = PayloadMapper(
        rules,
        caller,
        origin_of(request, first_receipt, caller.signature_header),
        received_at,
        payloads.is_text,
        must_stop=lambda: time.monotonic() > deadline,
    )
    try:
        return mapper.results(payloads.items)
    except TooManyItems as error:
        detail = f"{error.count} items in one request: send at most {MAX_EVENTS}"
        raise HttpProblem(_TOO_LARGE, detail) from error
    except MappingOutOfTime as error:
        detail = f"mapping took over {map_seconds} s: send fewer payloads or items in a request"
        raise HttpProblem(_TOO_LARGE, detail) from error

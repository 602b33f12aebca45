"""Reads the payloads of a request to a source with rules: JSON, CloudEvents, a form or XML."""

from collections.abc import Callable
from http import HTTPStatus
from sys import maxsize
from typing import Any, NamedTuple, TypeVar

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.catalog import FormBody
from ingestion.errors import TooManyValues
from ingestion.http.headers import joined_headers
from ingestion.http.http_problem import HttpProblem
from ingestion.http.request import (
    MAX_REQUEST_VALUES,
    batch_of,
    items_of,
    media_type_of,
    parse,
    parse_items,
    raw_body,
    too_many_values,
)
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from ingestion.intake.form_body import read_form, read_json_in_form
from ingestion.intake.media_type import JSON
from ingestion.intake.submission import MAX_EVENTS
from ingestion.intake.xml_body import read_xml
from ingestion.mapping.credential_names import HIDDEN_HEADERS
from ingestion.mapping.outcome import Origin

FORM = "application/x-www-form-urlencoded"
_PAYLOAD = "payload"
XML = ("application/xml", "text/xml")

Read = TypeVar("Read")


class Payloads(NamedTuple):
    """The payloads of a request. In a form and in XML every value is a text."""

    items: list[Any]
    is_text: bool = False


class Bounds(NamedTuple):
    """How many payloads and values a request may have."""

    payloads: int | None = MAX_EVENTS
    values: int = MAX_REQUEST_VALUES


BOUNDS = Bounds()
NO_BOUNDS = Bounds(payloads=None, values=maxsize)


def read_payloads(
    request: APIGatewayProxyEvent, form: FormBody | None, bounds: Bounds = BOUNDS
) -> Payloads:
    """Return the payloads. An item of an array that cannot be read is an `UnreadableItem`.

    Raises HttpProblem if the whole request is refused.
    """
    kind = media_type_of(request.headers, JSON, STRUCTURED_JSON, BATCH_JSON, FORM, *XML)
    body = raw_body(request)
    if kind == STRUCTURED_JSON:
        return Payloads([parse(body, bounds.values)])
    if kind == FORM:
        return _payloads_of_form(body, form, bounds)
    if kind in XML:
        return Payloads([_within_limits(read_xml, body, bounds.values)], is_text=True)
    document = parse_items(body, *bounds)
    list_of = batch_of if kind == BATCH_JSON else items_of
    return Payloads(list_of(document, _PAYLOAD, bounds.payloads))


def _payloads_of_form(body: bytes, form: FormBody | None, bounds: Bounds) -> Payloads:
    if form is None:
        return Payloads([_within_limits(read_form, body, bounds.values)], is_text=True)
    document = _within_limits(read_json_in_form, body, form.json_field, bounds.values)
    return Payloads(items_of(document, _PAYLOAD, bounds.payloads))


def _within_limits(read: Callable[..., Read], *arguments: Any) -> Read:
    try:
        return read(*arguments)
    except TooManyValues as error:
        raise too_many_values() from error
    except ValueError as error:
        raise HttpProblem(HTTPStatus.BAD_REQUEST, str(error)) from error


def origin_of(
    request: APIGatewayProxyEvent, received_at: str, signature_header: str | None
) -> Origin:
    """Return what expressions read of a request beside its payloads.

    Leaves out the headers with credentials or the signature. The last value of a repeated parameter
    counts.
    """
    hidden = HIDDEN_HEADERS | {signature_header}
    headers = joined_headers(request, separator=", ").items()
    return Origin(
        received_at,
        {name: value for name, value in headers if name not in hidden},
        {name: values[-1] for name, values in request.resolved_query_string_parameters.items()},
    )

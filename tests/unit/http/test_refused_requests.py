"""Requests that cannot be read are refused, with the reason."""

from base64 import b64encode

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic_core import to_json

from ingestion.http.http_problem import HttpProblem
from ingestion.http.request import MAX_REQUEST_VALUES, parse, read_items
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from tests.support.factories import CANARY, NOT_JSON
from tests.support.memory import bounded_memory
from tests.unit.http.requests import JSON, sent, without_content_type


@pytest.mark.parametrize(
    ("request_event", "status", "detail"),
    [
        pytest.param(
            sent(b"{}", Content_Type=BATCH_JSON), 422, "must be an array", id="batch not an array"
        ),
        pytest.param(sent(b"[]"), 422, "the array must hold at least one event", id="no event"),
        pytest.param(
            sent(to_json([0] * 501)),
            413,
            "501 events in one request: send at most 500",
            id="501 events",
        ),
        pytest.param(
            sent(to_json([0] * 501), Content_Type=BATCH_JSON), 413, "at most 500", id="batch of 501"
        ),
        pytest.param(sent(b"{", Content_Type=STRUCTURED_JSON), 400, "not JSON", id="not JSON"),
        pytest.param(sent(b"{", ce_specversion="1.0"), 400, "not JSON", id="data not JSON"),
        pytest.param(without_content_type(sent(b"{}")), 415, JSON, id="no content type"),
        *(
            pytest.param(sent(b"{}", Content_Type=kind), 415, "in UTF-8", id=kind)
            for kind in (
                "application/cloudevents",
                "application/cloudevents+avro",
                "application/cloudevents+xml",
                "application/cloudevents-batch",
                "application/cloudevents+json; charset=utf-16",
            )
        ),
        pytest.param(
            sent(b"<a/>", Content_Type="application/xml", ce_specversion="1.0"),
            415,
            "application/json",
            id="data of another type",
        ),
        pytest.param(
            sent(b"{}", Content_Type=STRUCTURED_JSON, Content_Encoding="gzip"),
            415,
            "must not be encoded: Content-Encoding is 'gzip'",
            id="compressed",
        ),
        pytest.param(
            sent(b"{}", Content_Encoding="identity, br"), 415, "'identity, br'", id="two encodings"
        ),
        pytest.param(
            sent(b"{}", Content_Type="text/plain"), 415, "it is 'text/plain'", id="plain text"
        ),
    ],
)
def test_an_unsupported_or_malformed_request_is_refused(
    request_event: APIGatewayProxyEvent, status: int, detail: str
) -> None:
    with pytest.raises(HttpProblem) as refusal:
        read_items(request_event)

    assert refusal.value.status == status
    assert detail in refusal.value.members["detail"]


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_body_that_is_not_json_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(HttpProblem, match="not JSON: ") as error:
        parse(body)

    assert CANARY not in str(error.value)


def test_a_body_that_is_no_array_names_its_wrong_byte() -> None:
    with pytest.raises(HttpProblem, match="not JSON: byte 9 is not UTF-8"):
        read_items(sent(b'{"name": \xff}'))


FIELDS = ",".join(f'"k{number}" :0' for number in range(MAX_REQUEST_VALUES))


@pytest.mark.parametrize(
    "body",
    [
        f'{{"a":{{{FIELDS}}}}}',
        f'[{{"a":{{{FIELDS}}}}}]',
        f'{{"a":{{{FIELDS.replace(" ", "")}}}}}',
        f'{{"a":[{"0," * MAX_REQUEST_VALUES}0]}}',
        f"[{'{},' * MAX_REQUEST_VALUES}{{}}]",
        "[" * (MAX_REQUEST_VALUES + 1),
        f'["\\ud800",{{"a":{{{FIELDS}}}}}]',
    ],
    ids=["fields", "in an array", "compact", "items", "events", "levels", "an array to split"],
)
def test_a_body_of_more_values_than_500_events_have_is_refused_before_it_is_parsed(
    body: str,
) -> None:
    request_event = sent(body.encode())

    with (
        bounded_memory(3 * len(body) + 100_000),
        pytest.raises(HttpProblem, match="at most 150000 fields and array items") as refusal,
    ):
        read_items(request_event)

    assert refusal.value.status == 413


@pytest.mark.parametrize("text", [FIELDS.replace('"', '\\"'), ",[{" * MAX_REQUEST_VALUES])
def test_a_text_may_look_like_any_number_of_values(text: str) -> None:
    assert len(read_items(sent(f'{{"a":"{text}"}}'.encode()))[1]) == 1


def test_500_events_may_have_290_fields_each() -> None:
    event = {"entity_name": "WIDE", "body": {f"field_{number}": "" for number in range(290)}}

    assert len(read_items(sent(to_json([event] * 500)))[1]) == 500


@pytest.mark.parametrize("kind", [STRUCTURED_JSON, BATCH_JSON])
def test_data_in_base64_counts_as_if_it_were_in_the_body(kind: str) -> None:
    half = b64encode(b"[" + b"0," * (MAX_REQUEST_VALUES // 2) + b"0]").decode()
    events = [{"data_base64": half}, {"data_base64": half}, {"data_base64": "no base64"}]
    whole = {"data_base64": b64encode(b"[" + b"0," * MAX_REQUEST_VALUES + b"0]").decode()}
    body = to_json(events if kind == BATCH_JSON else whole)

    with pytest.raises(HttpProblem, match="at most 150000 fields and array items") as refusal:
        read_items(sent(body, Content_Type=kind))

    assert refusal.value.status == 413

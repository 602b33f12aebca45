"""Requests that cannot be read are refused, with the reason."""

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic_core import to_json

from ingestion.http.problem import HttpProblem
from ingestion.http.request import MAX_FIELDS, parse, read_items
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from tests.support.factories import CANARY, NOT_JSON
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


@pytest.mark.parametrize(
    ("body", "status"),
    [(b'{"a":{%s}}', 413), (b'[{"a":{%s}}]', 413), (b'{"a":"%s"}', None)],
    ids=["event", "array", "text"],
)
def test_a_body_of_more_fields_than_500_events_have_is_refused_before_it_is_read(
    body: bytes, status: int | None
) -> None:
    fields = ",".join(f'"k{number}":0' for number in range(MAX_FIELDS)).encode()
    text = fields.replace(b'"', b'\\"')

    request_event = sent(body % (fields if status else text))

    if status is None:
        assert len(read_items(request_event)[1]) == 1
        return
    with pytest.raises(HttpProblem, match="at most 100000 fields") as refusal:
        read_items(request_event)
    assert refusal.value.status == status

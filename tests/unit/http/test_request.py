from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic_core import to_json

from ingestion.http.problem import Problem
from ingestion.http.request import parse, posted
from ingestion.intake.cloudevents import BATCH_JSON, BINARY, STRUCTURED, STRUCTURED_JSON
from ingestion.intake.submission import NATIVE, Format
from tests.support.factories import CANARY, NOT_JSON, Json, contract, request

JSON = "application/json"


def sent(body: str | bytes, **headers: str) -> APIGatewayProxyEvent:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return APIGatewayProxyEvent(request("b", body, headers=named))


def without_content_type(event: APIGatewayProxyEvent) -> APIGatewayProxyEvent:
    for headers in (event.raw_event["headers"], event.raw_event["multiValueHeaders"]):
        del headers["Content-Type"]
    return APIGatewayProxyEvent(event.raw_event)


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (b"{}", [{}]),
        (b"[]", []),
        (b"[{}, {}]", [{}, {}]),
        (b"[[{}]]", [[{}]]),
        (b"null", [None]),
        (b"[null]", [None]),
        (b"7", [7]),
        (b'"text"', ["text"]),
        (b"true", [True]),
        (b'\n{"id": "\xc3\xa9"}\t', [{"id": "é"}]),
    ],
)
def test_plain_json_is_one_item_or_an_array_of_them(body: bytes, items: list[Any]) -> None:
    assert posted(sent(body)) == (NATIVE, items)


@pytest.mark.parametrize(
    ("content_type", "body", "items"),
    [
        (STRUCTURED_JSON, b"{}", [{}]),
        (STRUCTURED_JSON, b"[{}]", [[{}]]),
        ("Application/CloudEvents+JSON; charset=UTF-8", b"{}", [{}]),
        (BATCH_JSON, b"[{}, null]", [{}, None]),
        (BATCH_JSON, b"[]", []),
    ],
)
def test_a_cloudevents_media_type_makes_the_items_cloudevents(
    content_type: str, body: bytes, items: list[Any]
) -> None:
    assert posted(sent(body, Content_Type=content_type)) == (STRUCTURED, items)


@pytest.mark.parametrize(
    ("body", "data"), [(b'{"a": 1}', {"a": 1}), (b"[1]", [1]), (b"", None), (b"null", None)]
)
@pytest.mark.parametrize("content_type", [JSON, None])
def test_the_header_ce_specversion_makes_the_body_data(
    body: bytes, data: Any, content_type: str | None
) -> None:
    asked = sent(body, CE_SpecVersion="1.0")

    form, [item] = posted(asked if content_type else without_content_type(asked))

    assert (form, item.data) == (BINARY, data)
    assert item.headers["ce-specversion"] == "1.0"


def test_the_body_of_a_structured_event_prevails_over_headers() -> None:
    asked = sent(b"{}", Content_Type=STRUCTURED_JSON, ce_specversion="1.0")

    assert posted(asked) == (STRUCTURED, [{}])


@pytest.mark.parametrize(
    ("asked", "status", "detail"),
    [
        pytest.param(
            sent(b"{}", Content_Type=BATCH_JSON), 422, "must be an array", id="batch of no array"
        ),
        pytest.param(sent(to_json([0] * 501)), 413, "501 events: at most 500", id="501 events"),
        pytest.param(
            sent(to_json([0] * 501), Content_Type=BATCH_JSON), 413, "at most 500", id="batch of 501"
        ),
        pytest.param(sent(b"{", Content_Type=STRUCTURED_JSON), 400, "not JSON", id="no JSON"),
        pytest.param(sent(b"{", ce_specversion="1.0"), 400, "not JSON", id="data that is no JSON"),
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
            "must not be compressed",
            id="compressed",
        ),
    ],
)
def test_a_request_that_is_no_such_thing_is_refused(
    asked: APIGatewayProxyEvent, status: int, detail: str
) -> None:
    with pytest.raises(Problem) as refusal:
        posted(asked)

    assert refusal.value.status == status
    assert detail in refusal.value.members["detail"]


@pytest.mark.parametrize("as_bytes", [True, False], ids=["in base64", "as text"])
@pytest.mark.parametrize(
    ("form", "headers", "document"),
    [
        (NATIVE, {}, contract("é")),
        (STRUCTURED, {"Content_Type": STRUCTURED_JSON}, {"data": contract("é")}),
    ],
)
def test_a_body_may_come_in_base64_or_as_text(
    form: Format, headers: dict[str, str], document: Json, as_bytes: bool
) -> None:
    body = to_json(document)

    asked = sent(body if as_bytes else body.decode(), **headers)

    assert posted(asked) == (form, [document])


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Problem, match="not JSON: ") as error:
        parse(body)

    assert CANARY not in str(error.value)


def test_a_wanted_replacement_character_is_escaped() -> None:
    assert parse(rb'"\ufffd"') == "\ufffd"

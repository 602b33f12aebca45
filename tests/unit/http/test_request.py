from base64 import b64encode
from decimal import Decimal
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic_core import to_json

from ingestion.exact_json import UnreadableItem
from ingestion.http.problem import HttpProblem
from ingestion.http.request import MAX_VALUES, parse, read_items
from ingestion.intake.cloudevents import BATCH_JSON, BINARY, STRUCTURED, STRUCTURED_JSON
from ingestion.intake.submission import NATIVE, Format
from tests.support.factories import CANARY, NOT_JSON, Json, contract, request
from tests.support.memory import bounded_memory

JSON = "application/json"


def sent(body: str | bytes, **headers: str) -> APIGatewayProxyEvent:
    """Return a request with this body and these headers. An underscore stands for a hyphen."""
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
def test_a_plain_json_body_is_one_item_or_an_array_of_items(body: bytes, items: list[Any]) -> None:
    form, found = read_items(sent(body))

    assert form == NATIVE
    assert found == items


@pytest.mark.parametrize("kind", ["text/json", "application/vnd.acme.v2+json; charset=utf8", JSON])
def test_every_json_type_is_plain_json(kind: str) -> None:
    assert read_items(sent(b"{}", Content_Type=kind)) == (NATIVE, [{}])


@pytest.mark.parametrize("coding", ["", " ", "identity", "Identity", "identity, ", ","])
def test_a_body_that_names_no_encoding_is_read(coding: str) -> None:
    assert read_items(sent(b"{}", Content_Encoding=coding)) == (NATIVE, [{}])


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
def test_items_of_a_cloudevents_media_type_are_structured_cloudevents(
    content_type: str, body: bytes, items: list[Any]
) -> None:
    form, found = read_items(sent(body, Content_Type=content_type))

    assert form == STRUCTURED
    assert found == items


@pytest.mark.parametrize(
    ("body", "data"), [(b'{"a": 1}', {"a": 1}), (b"[1]", [1]), (b"", None), (b"null", None)]
)
@pytest.mark.parametrize("content_type", [JSON, None])
def test_a_request_with_the_header_ce_specversion_is_a_binary_cloudevent(
    body: bytes, data: Any, content_type: str | None
) -> None:
    request_event = sent(body, CE_SpecVersion="1.0")

    form, [item] = read_items(
        request_event if content_type else without_content_type(request_event)
    )

    assert form == BINARY
    assert item.data == data
    assert item.headers["ce-specversion"] == "1.0"


def test_a_structured_cloudevent_ignores_the_header_ce_specversion() -> None:
    request_event = sent(b"{}", Content_Type=STRUCTURED_JSON, ce_specversion="1.0")

    form, items = read_items(request_event)

    assert form == STRUCTURED
    assert items == [{}]


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


@pytest.mark.parametrize("as_bytes", [True, False], ids=["in base64", "as text"])
@pytest.mark.parametrize(
    ("form", "headers", "document"),
    [
        (NATIVE, {}, contract("é")),
        (STRUCTURED, {"Content_Type": STRUCTURED_JSON}, {"data": contract("é")}),
    ],
)
def test_a_body_in_base64_and_a_body_as_text_give_the_same_items(
    form: Format, headers: dict[str, str], document: Json, as_bytes: bool
) -> None:
    body = to_json(document)

    request_event = sent(body if as_bytes else body.decode(), **headers)

    found_form, items = read_items(request_event)

    assert found_form == form
    assert items == [document]


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_a_body_that_is_not_json_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(HttpProblem, match="not JSON: ") as error:
        parse(body)

    assert CANARY not in str(error.value)


@pytest.mark.parametrize("body", [rb'"\ufffd"', b'"\xef\xbf\xbd"'], ids=["escaped", "as it is"])
def test_the_replacement_character_is_accepted(body: bytes) -> None:
    assert parse(body) == "\ufffd"


@pytest.mark.parametrize("media_type", [JSON, BATCH_JSON, STRUCTURED_JSON])
@pytest.mark.parametrize("as_bytes", [True, False], ids=["in base64", "as text"])
def test_a_byte_order_mark_before_the_body_is_ignored(media_type: str, as_bytes: bool) -> None:
    body = b"\xef\xbb\xbf[4.39]"

    _, items = read_items(sent(body if as_bytes else body.decode(), Content_Type=media_type))

    assert items == [[Decimal("4.39")]] if media_type == STRUCTURED_JSON else [Decimal("4.39")]


@pytest.mark.parametrize("media_type", [JSON, BATCH_JSON])
@pytest.mark.parametrize(
    "faulty", [b'{"a": "\\udfff"}', b'"\xff"', b"9" * 5_000, b"1e99999999999999999999"]
)
def test_an_item_that_cannot_be_read_does_not_refuse_its_array(
    media_type: str, faulty: bytes
) -> None:
    _, items = read_items(sent(b"[{}," + faulty + b",{}]", Content_Type=media_type))

    assert [items[0], items[2]] == [{}, {}]
    assert isinstance(items[1], UnreadableItem)


def test_a_body_that_is_no_array_names_its_wrong_byte() -> None:
    with pytest.raises(HttpProblem, match="not JSON: byte 9 is not UTF-8"):
        read_items(sent(b'{"name": \xff}'))


FIELDS = ",".join(f'"k{number}" :0' for number in range(MAX_VALUES))


@pytest.mark.parametrize(
    "body",
    [
        f'{{"a":{{{FIELDS}}}}}',
        f'[{{"a":{{{FIELDS}}}}}]',
        f'{{"a":{{{FIELDS.replace(" ", "")}}}}}',
        f'{{"a":[{"0," * MAX_VALUES}0]}}',
        f"[{'{},' * MAX_VALUES}{{}}]",
        "[" * (MAX_VALUES + 1),
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
        pytest.raises(HttpProblem, match="at most 150000 fields and items of arrays") as refusal,
    ):
        read_items(request_event)

    assert refusal.value.status == 413


@pytest.mark.parametrize("text", [FIELDS.replace('"', '\\"'), ",[{" * MAX_VALUES])
def test_a_text_may_look_like_any_number_of_values(text: str) -> None:
    assert len(read_items(sent(f'{{"a":"{text}"}}'.encode()))[1]) == 1


def test_500_events_may_have_290_fields_each() -> None:
    event = {"entity_name": "WIDE", "body": {f"field_{number}": "" for number in range(290)}}

    assert len(read_items(sent(to_json([event] * 500)))[1]) == 500


@pytest.mark.parametrize("kind", [STRUCTURED_JSON, BATCH_JSON])
def test_data_in_base64_counts_as_if_it_were_in_the_body(kind: str) -> None:
    half = b64encode(b"[" + b"0," * (MAX_VALUES // 2) + b"0]").decode()
    events = [{"data_base64": half}, {"data_base64": half}, {"data_base64": "no base64"}]
    whole = {"data_base64": b64encode(b"[" + b"0," * MAX_VALUES + b"0]").decode()}
    body = to_json(events if kind == BATCH_JSON else whole)

    with pytest.raises(HttpProblem, match="at most 150000 fields and items of arrays") as refusal:
        read_items(sent(body, Content_Type=kind))

    assert refusal.value.status == 413

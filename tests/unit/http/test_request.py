from decimal import Decimal
from typing import Any

import pytest
from pydantic_core import to_json

from ingestion.http.request import parse, read_items
from ingestion.intake.cloudevents import BATCH_JSON, BINARY, STRUCTURED, STRUCTURED_JSON
from ingestion.intake.submission import NATIVE, Format
from ingestion.syntax.exact_json import UnreadableItem
from tests.support.factories import Json, contract
from tests.unit.http.requests import JSON, sent, without_content_type


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

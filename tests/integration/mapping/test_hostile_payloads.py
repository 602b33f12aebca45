"""Payloads that are made to take much time or memory get a clear answer."""

from dataclasses import replace

import pytest

from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source, queued_events, reading
from tests.integration.response import Response
from tests.support.factories import Json

FORM = "application/x-www-form-urlencoded"
ITEMS = reading(each="payload.items", id="item.id || item")
BOMB = (
    '<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><z>&c;</z>'
)
OUTSIDE = '<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/hostname">]><z>&x;</z>'
DOCUMENT_TYPE = "XML with a document type, which may declare entities"
TOO_MANY_VALUES = "a request must have at most 150000 fields and array items"


def refusal(response: Response, status: int) -> str:
    """Return the detail of a refusal with this status."""
    assert response.status == response.document["status"] == status
    return str(response.document["detail"])


@pytest.mark.parametrize(
    "payloads",
    [
        pytest.param({"items": [*range(501)]}, id="in one payload"),
        pytest.param([{"items": [*range(400)]}, {"items": [*range(101)]}], id="in two payloads"),
    ],
)
def test_501_items_are_refused_with_their_count(cloud: Cloud, payloads: Json) -> None:
    map_source(cloud, ITEMS)

    response = cloud.post(payloads)

    assert refusal(response, 413) == "501 items in one request: send at most 500"
    assert cloud.routed() == 0


def test_501_payloads_are_refused_with_their_count(cloud: Cloud) -> None:
    map_source(cloud, ITEMS, ignore="`true`")

    response = cloud.post([{}] * 501)

    assert refusal(response, 413) == "501 payloads in one request: send at most 500"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "detail"),
    [
        pytest.param(
            '{"items":[' + "1," * 1_000_000 + "1]}", "application/json", 413, TOO_MANY_VALUES,
            id="a million items",
        ),
        pytest.param(
            '{"items":' + "[" * 10_000 + "]" * 10_000 + "}", "application/json", 400, "not JSON:",
            id="10,000 levels",
        ),
        pytest.param(
            "<a>" * 10_000 + "</a>" * 10_000, "text/xml", 400, "the XML has over 200 levels",
            id="10,000 levels of XML",
        ),
        pytest.param(
            f"<a>{'<b/>' * 1_000_000}</a>", "text/xml", 413, TOO_MANY_VALUES,
            id="a million elements",
        ),
        pytest.param(BOMB, "text/xml", 400, DOCUMENT_TYPE, id="XML bomb"),
        pytest.param(OUTSIDE, "application/xml", 400, DOCUMENT_TYPE, id="XML of a file"),
        pytest.param(
            "&".join(f"f{n}=1" for n in range(200_000)), FORM, 413, TOO_MANY_VALUES,
            id="200,000 fields",
        ),
    ],
)  # fmt: skip
def test_a_payload_out_of_proportion_is_refused(
    cloud: Cloud, body: str, content_type: str, status: int, detail: str
) -> None:
    map_source(cloud, ITEMS)

    response = cloud.post(body, content_type=content_type)

    assert refusal(response, status).startswith(detail)
    assert cloud.routed() == 0


def test_a_form_of_100000_fields_is_one_payload(cloud: Cloud) -> None:
    map_source(cloud, reading(id="item.f99999"))

    response = cloud.post("&".join(f"f{n}={n}" for n in range(100_000)), content_type=FORM)

    assert response.status == 202
    assert [event.subject for event in queued_events(cloud)] == ["99999"]


def test_a_payload_of_200_levels_of_xml_is_read(cloud: Cloud) -> None:
    map_source(cloud, reading(id="'a'"))

    response = cloud.post("<a>" * 200 + "</a>" * 200, content_type="text/xml")

    assert response.status == 202


@pytest.mark.parametrize("payload", [{"items": [1, 2]}, {"ping": 1}], ids=["items", "ignored"])
def test_a_request_that_takes_too_long_to_map_is_refused(cloud: Cloud, payload: Json) -> None:
    map_source(cloud, ITEMS, ignore="payload.ping")
    cloud.api_runtime = replace(cloud.api_runtime, map_seconds=-1)

    response = cloud.post(payload)

    assert refusal(response, 413).endswith("send fewer payloads or items in a request")
    assert cloud.routed() == 0

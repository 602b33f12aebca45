"""A source with rules takes JSON of every type, CloudEvents, forms and XML."""

import json
from decimal import Decimal

import pytest

from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source, queued_events, reading
from tests.support.factories import Json

FORM = "application/x-www-form-urlencoded"
NO_ENCODING = "the XML declares an encoding that cannot be read: send UTF-8"
FIELDS: Json = {
    "value": "item.v",
    "count": "item.n",
    "valid": "item.ok",
    "day": "item.day",
    "note": "item.note",
    "tags": "item.tag",
}


@pytest.mark.parametrize(
    "content_type",
    [
        *("application/json", "application/vnd.github+json; charset=utf-8", "text/json"),
        *("application/problem+json", "Application/JSON;charset=UTF8"),
    ],
)
def test_every_kind_of_json_is_a_payload(cloud: Cloud, content_type: str) -> None:
    map_source(cloud, reading())

    response = cloud.post({"id": "a"}, content_type=content_type)

    assert response.status == 202
    assert [event.subject for event in queued_events(cloud)] == ["a"]


def test_each_field_of_a_form_is_a_text_that_the_entity_reads(cloud: Cloud) -> None:
    map_source(cloud, reading(fields=FIELDS))

    response = cloud.post(
        "id=a%20b&v=1.50&n=7&ok=true&day=2026-01-31&note=%C3%BC+%26&tag=x&tag=y",
        content_type=f"{FORM}; charset=UTF-8",
    )
    cloud.work(*cloud.queued())

    assert response.status == 202
    row = cloud.rows()["READING#a b"]
    assert (row["value"], row["count"], row["valid"]) == (Decimal("1.5"), 7, True)
    assert (row["day"], row["note"], row["tags"]) == ("2026-01-31", "ü &", ["x", "y"])


def test_a_form_may_hold_its_payload_as_json(cloud: Cloud) -> None:
    map_source(cloud, reading(fields={"valid": "item.ok"}), form={"json": "payload"})

    response = cloud.post('token=t&payload={"id":"a","ok":true}', content_type=FORM)
    several = cloud.post(
        'payload=[{"id":"b","ok":false},{"id":"c","ok":"true"}]', content_type=FORM
    )

    assert response.status == 202
    assert several.statuses == ["accepted", "rejected"]
    assert [event.data["valid"] for event in queued_events(cloud)] == [True, False]


XML = """<?xml version="1.0" encoding="ISO-8859-1"?>
<r:order xmlns:r="urn:r" xmlns="urn:x" no="4711">
  <!-- no value -->
  <r:line id="a" ok="true">
    <v>1.50</v><n>7</n><note lang="de">für</note><tag>x</tag><tag>y</tag>
  </r:line>
  <r:line id="b"><v> 2 </v><note/></r:line>
</r:order>"""
LINES = reading(
    each=['payload."r:order"', 'item."r:line"'],
    id=['parent."@no"', 'item."@id"'],
    fields=FIELDS | {"note": 'item.note."#text"', "valid": 'item."@ok"'},
)


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml"])
def test_xml_keeps_names_attributes_and_texts(cloud: Cloud, content_type: str) -> None:
    map_source(cloud, LINES)

    response = cloud.post(XML.encode("latin-1"), content_type=content_type)
    cloud.work(*cloud.queued())

    assert response.status == 202
    rows = cloud.rows()
    first, second = rows["READING#4711/a"], rows["READING#4711/b"]
    assert (first["value"], first["count"], first["valid"]) == (Decimal("1.5"), 7, True)
    assert (first["note"], first["tags"]) == ("für", ["x", "y"])
    assert second["value"] == 2
    assert "note" not in second


def test_one_element_is_no_list_and_namespaces_are_dropped(cloud: Cloud) -> None:
    document = '<o xmlns="urn:x" xmlns:s="urn:s"><l id="a"/></o>'
    map_source(
        cloud, reading(each="payload.o.l", id='item."@id"', fields={"note": "to_string(parent.o)"})
    )

    cloud.post(document, content_type="text/xml")

    [event] = queued_events(cloud)
    assert json.loads(event.data["note"]) == {"l": {"@id": "a"}}


def test_an_element_with_attributes_is_no_text(cloud: Cloud) -> None:
    map_source(cloud, reading(id="item.o.id", fields={"note": "item.o.note"}))

    response = cloud.post('<o><id>a</id><note lang="de">x</note></o>', content_type="text/xml")

    [error] = response.document["errors"]
    assert (error["reason"], error["field"]) == ("invalid_entity", "rule 1 (READING), note")


CLOUDEVENT: Json = {"specversion": "1.0", "id": "e-1", "source": "/pumps", "type": "com.pump.read"}


def test_a_structured_cloudevent_is_a_payload_as_a_whole(cloud: Cloud) -> None:
    map_source(
        cloud,
        reading(
            id="payload.data.id", when="payload.type == 'com.pump.read'", event_id="payload.id"
        ),
    )

    response = cloud.post(CLOUDEVENT | {"data": {"id": "a"}}, content_type=STRUCTURED_JSON)
    batch = cloud.post([CLOUDEVENT | {"data": {"id": "b"}}], content_type=BATCH_JSON)

    assert response.document["events"] == [
        {"index": 0, "rule": 1, "item": 0, "id": "e-1", "status": "accepted"}
    ]
    assert batch.status == 202
    assert [event.subject for event in queued_events(cloud)] == ["a", "b"]


def test_the_body_of_a_binary_cloudevent_is_the_payload(cloud: Cloud) -> None:
    map_source(cloud, reading(fields={"note": 'headers."ce-type"'}, event_id='headers."ce-id"'))

    headers = {f"ce_{name}": value for name, value in CLOUDEVENT.items()}
    response = cloud.post({"id": "a"}, **headers)

    [event] = queued_events(cloud)
    assert response.status == 202
    assert (event.id, event.data["note"]) == ("e-1", "com.pump.read")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "detail"),
    [
        ("{", "application/json", 400, "not JSON"),
        ("[]", "application/json", 422, "the array must hold at least one payload"),
        ("a=%FF", FORM, 400, "not a form in UTF-8"),
        (b"a=\xff", FORM, 400, "not a form in UTF-8"),
        ("<a><b></a>", "text/xml", 400, "not XML: mismatched tag: line 1, column 8"),
        ("", "text/xml", 400, "not XML: no element found"),
        *(
            (f'<?xml version="1.0" encoding="{encoding}"?><a/>', "text/xml", 400, NO_ENCODING)
            for encoding in ("nope", "zlib", "idna")
        ),
        ("x", "text/plain", 415, "Content-Type must be application/json"),
        ("{}", BATCH_JSON, 422, "a batch must be an array of payloads"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    cloud: Cloud, body: str | bytes, content_type: str, status: int, detail: str
) -> None:
    map_source(cloud, reading())

    response = cloud.post(body, content_type=content_type)

    assert response.status == status
    assert response.document["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("payload={", "not JSON in the form's field 'payload'"),
        ("other={}", "not the form of this source: it must hold the field 'payload' once"),
        ("payload={}&payload={}", "not the form of this source: it must hold"),
    ],
)
def test_a_form_without_its_json_is_refused(cloud: Cloud, body: str, detail: str) -> None:
    map_source(cloud, reading(), form={"json": "payload"})

    response = cloud.post(body, content_type=FORM)

    assert response.status == 400
    assert response.document["detail"].startswith(detail)


def test_an_item_that_is_no_json_harms_only_itself(cloud: Cloud) -> None:
    map_source(cloud, reading())

    response = cloud.post('[{"id":"a"},{"id":1e999999999999999999999},{"id":"b"}]')

    assert response.status == 207
    assert response.statuses == ["accepted", "rejected", "accepted"]
    [error] = response.document["errors"]
    assert (error["index"], error["reason"]) == (1, "unreadable_payload")

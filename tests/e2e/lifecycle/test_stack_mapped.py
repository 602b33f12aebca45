"""Payloads of other systems become exact entities by the rules of one entry in the catalog."""

import json
from typing import Any

import pytest

from ingestion.cli.client.uploader import follow_report
from ingestion.cli.environment import Deployment
from ingestion.files.bucket import Bucket
from ingestion.files.upload import UploadKeys
from tests.e2e.platform import in_index, post
from tests.support.browser.waiting import wait_for

FORM = "application/x-www-form-urlencoded"
NESTED = b"""{"stations": [
  {"no": 123456789012345678, "pumps": [
    {"id": 900719925474099312, "at": "2026-01-31T12:00:00.5+01:00",
     "flow": 4.390000000000000000001},
    {"id": "b", "at": 1780000000123, "flow": 17, "note": ""}
  ]},
  {"no": 7, "pumps": {"id": "single", "at": 1780000000000, "flow": -0.50}}
]}"""
PLANT = """<?xml version="1.0"?><p:plant xmlns:p="urn:plant">
  <p:pump id="xml-1"><flow>2.50</flow><note lang="de">f\u00fcr</note></p:pump>
  <p:pump id="xml-2"><flow> 3 </flow></p:pump>
</p:plant>"""
FOREIGN: dict[str, Any] = {
    "specversion": "1.0",
    "type": "com.example.pump.measured",
    "source": "/plants/7",
    "id": "e-1",
    "time": "2026-01-31T12:00:00Z",
    "subject": "foreign",
    "data": {"flow": "6.5"},
}


def gone(at: int) -> Any:
    pump = {"id": "single", "at": at, "gone": True}
    return {"stations": [{"no": 7, "pumps": pump}]}


def send(deployment: Deployment, body: Any, content_type: str = "application/json") -> list[Any]:
    """Post to the source with rules. Return what became of each item."""
    headers = {"Content-Type": content_type}
    response = post(deployment, "m", body, key="sourceM", headers=headers)
    assert response.status == 202, response.data
    found: list[Any] = response.json()["events"]
    return found


def stored(deployment: Deployment, entity_id: str) -> Any:
    return wait_for(lambda: in_index(deployment, "PUMP").get(f"PUMP#{entity_id}"))


@pytest.fixture(scope="module")
def deployment(grown: tuple[Deployment, str]) -> Deployment:
    return grown[0]


def test_a_nested_payload_is_stored_exactly_and_once(deployment: Deployment) -> None:
    first, again = send(deployment, NESTED), send(deployment, NESTED)

    exact = stored(deployment, "123456789012345678/900719925474099312")
    assert exact["litres_per_second"] == {"N": "4.390000000000000000001"}
    assert exact["_event"]["M"]["time"] == {"S": "2026-01-31T11:00:00.500000Z"}
    assert set(exact["_event"]["M"]) >= {"mapping", "received_at"}
    second = stored(deployment, "123456789012345678/b")
    assert (second["litres_per_second"], second["note"]) == ({"N": "17"}, {"S": ""})
    assert second["_event"]["M"]["time"] == {"S": "2026-05-28T20:26:40.123000Z"}
    assert stored(deployment, "7/single")["litres_per_second"] == {"N": "-0.5"}
    assert first == again
    assert [(event["rule"], event["item"]) for event in first] == [(1, 0), (1, 1), (1, 2)]


def test_a_newer_delete_wins_over_what_arrives_later(deployment: Deployment) -> None:
    send(deployment, NESTED)
    stored(deployment, "7/single")

    send(deployment, gone(1780000000001))
    wait_for(lambda: "PUMP#7/single" not in in_index(deployment, "PUMP"))
    send(deployment, json.loads(NESTED) | {"again": True})
    send(deployment, {"pump": "after", "flow": 1})

    stored(deployment, "after")
    assert "PUMP#7/single" not in in_index(deployment, "PUMP")


def test_a_form_xml_and_a_foreign_cloudevent_are_stored_exactly(deployment: Deployment) -> None:
    send(deployment, b"pump=form-1&flow=1.10&text=%C3%BC+%26", FORM)
    send(deployment, PLANT.encode(), "application/xml")
    send(deployment, FOREIGN, "application/cloudevents+json")

    form = stored(deployment, "form-1")
    assert (form["litres_per_second"], form["note"]) == ({"N": "1.1"}, {"S": "\u00fc &"})
    first, second = (stored(deployment, f"xml-{number}") for number in (1, 2))
    assert (first["litres_per_second"], first["note"]) == ({"N": "2.5"}, {"S": "f\u00fcr"})
    assert second["litres_per_second"] == {"N": "3"}
    foreign = stored(deployment, "foreign")
    assert (foreign["litres_per_second"], foreign["note"]) == ({"N": "6.5"}, {"S": FOREIGN["type"]})
    assert foreign["_event"]["M"]["id"] == {"S": "e-1"}


def test_ignored_and_unmatched_payloads_are_answered(deployment: Deployment) -> None:
    ignored = send(deployment, {"type": "ping"})
    unmatched = post(deployment, "m", {"renamed": []}, key="sourceM")

    assert ignored == [{"index": 0, "status": "ignored"}]
    assert unmatched.status == 422
    assert unmatched.json()["errors"][0]["reason"] == "unmatched"


def test_a_table_makes_events_of_its_rows(deployment: Deployment) -> None:
    table = (
        b"type,pump,flow,text,specversion,subject\n"
        b",csv-1,1.10,,,\n"
        b"ping,,,,,\n"
        b",csv-2,fast,,,\n"
        b",csv-3,2,,1.0,csv-4\n"
    )
    key, s3 = "uploads/sourceM/pumps.csv", deployment.client("s3")
    version = s3.put_object(Bucket=deployment.bucket_name, Key=key, Body=table)["VersionId"]
    bucket = Bucket(s3, deployment.bucket_name)

    *_, report = follow_report(bucket, UploadKeys.from_upload(key, version))

    assert (report.state, report.rows, report.ignored, report.rejected) == ("done", 4, 1, 2)
    assert report.accepted == 1
    assert report.events == report.published == 2
    first, third = (stored(deployment, f"csv-{number}") for number in (1, 3))
    assert first["litres_per_second"] == {"N": "1.1"}
    assert "note" not in first
    assert third["_event"]["M"]["mapping"] == {"S": report.mapping}
    assert third["_event"]["M"]["id"]["S"].endswith("-0000000005-3")

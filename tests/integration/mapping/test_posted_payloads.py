"""Each item of a payload becomes an event with exactly the mapped values, and is answered alone."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.integration.cloud import Cloud
from tests.integration.mapping.conftest import map_source, queued_events, reading
from tests.support.factories import submission
from tests.support.invocations import request

NESTED = """{
  "sentAt": "2026-01-31T12:00:00+01:00",
  "stations": [
    {"no": 123456789012345678, "readings": [
      {"id": 1, "v": 4.390000000000000000001, "n": 900719925474099312, "ok": true},
      {"id": 2, "v": "17.50", "note": ""}
    ]},
    {"no": 5, "readings": {"id": 3, "v": -0.10, "day": "2026-02-01T23:30:00-02:00"}},
    {"no": 6}
  ]
}"""
READINGS = reading(
    each=["payload.stations", "item.readings"],
    id=["parent.no", "item.id"],
    time="payload.sentAt",
    fields={
        "value": "item.v",
        "count": "item.n",
        "valid": "item.ok",
        "note": "item.note",
        "day": {"value": "item.day", "date": "iso"},
        "tags": "item.tags",
    },
)


def test_every_value_of_a_nested_payload_is_stored_exactly(cloud: Cloud) -> None:
    map_source(cloud, READINGS)

    response = cloud.post(NESTED)
    cloud.work(*cloud.queued())

    assert response.status == 202
    rows = cloud.rows()
    first = rows["READING#123456789012345678/1"]
    assert first["value"] == Decimal("4.390000000000000000001")
    assert first["count"] == 900719925474099312
    assert first["valid"] is True
    assert first["_event"]["time"] == "2026-01-31T11:00:00.000000Z"
    second = rows["READING#123456789012345678/2"]
    assert (second["value"], second["note"]) == (Decimal("17.5"), "")
    third = rows["READING#5/3"]
    assert (third["value"], third["day"]) == (Decimal("-0.1"), "2026-02-01")
    assert len(rows) == 3


def test_the_response_names_payload_rule_and_item(cloud: Cloud) -> None:
    deletion = reading(when="item.gone", operation="delete", time="item.at")
    change = reading(when="!item.gone", fields={"value": "item.v"}, time="item.at")
    map_source(cloud, change, deletion, ignore="payload.type == 'ping'")
    good = {"id": "a", "v": 1, "at": "2026-01-31T12:00:00Z"}
    payloads = [
        good,
        {"type": "ping"},
        good | {"id": None},
        {"id": "d", "gone": True, "at": "2026-01-31T12:00:00Z"},
        good | {"v": "much"},
    ]

    response = cloud.post(payloads)

    events = queued_events(cloud)
    assert response.status == 207
    assert response.document == {
        "events": [
            {"index": 0, "rule": 1, "item": 0, "id": events[0].id, "status": "accepted"},
            {"index": 1, "status": "ignored"},
            {"index": 2, "rule": 1, "item": 0, "status": "rejected"},
            {"index": 3, "rule": 2, "item": 0, "id": events[1].id, "status": "accepted"},
            {"index": 4, "rule": 1, "item": 0, "status": "rejected"},
        ],
        "errors": [
            {
                "index": 2,
                "rule": 1,
                "item": 0,
                "reason": "unmappable_item",
                "field": "rule 1 (READING), id",
                "message": "is null: must be a text or a number",
            },
            {
                "index": 4,
                "rule": 1,
                "item": 0,
                "reason": "invalid_entity",
                "field": "rule 1 (READING), value",
                "message": 'must be a number, or a string such as "12.50": add `number` to the rule'
                " for other texts",
            },
        ],
    }
    assert [event.type for event in events] == ["reading.upsert", "reading.delete"]
    assert events[1].data == {"reading_id": "d"}
    assert "much" not in response.text


def test_a_payload_that_no_rule_takes_is_refused(cloud: Cloud) -> None:
    map_source(cloud, READINGS)

    response = cloud.post({"stations_renamed": []})

    assert response.status == 422
    assert response.document["events"] == [{"index": 0, "status": "rejected"}]
    [error] = response.document["errors"]
    assert (error["index"], error["reason"]) == (0, "unmatched")
    assert cloud.routed() == 0


def test_the_native_format_is_a_payload_like_any_other(cloud: Cloud) -> None:
    map_source(cloud, reading(when="item.id"))

    response = cloud.post(submission(id="7"))
    by_rule = reading(id="item.body.contract_id", time="item.time")
    map_source(cloud, by_rule)
    mapped = cloud.post(submission(time="2026-01-31T12:00:00Z"))

    assert response.document["events"][0]["id"] != "7"
    assert mapped.status == 202
    assert [event.subject for event in queued_events(cloud)] == ["7", "c-1"]


def test_ignored_payloads_are_success_and_counted(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    map_source(cloud, reading(), ignore=["payload.ping", "headers.\"x-test\" == 'yes'"])
    counts()

    response = cloud.post([{"ping": 1}, {"ping": 1}])
    by_header = cloud.post({"id": "a"}, x_test="yes")

    assert response.status == by_header.status == 202
    assert response.statuses == ["ignored", "ignored"]
    assert by_header.statuses == ["ignored"]
    assert counts() == {"EventIgnored": 3}


def test_the_same_payload_again_is_stored_once(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    map_source(cloud, reading(time="item.at", fields={"value": "item.v"}))
    payload = {"id": "a", "v": 1.5, "at": "2026-01-31T12:00:00Z"}
    first = cloud.post(payload)
    records = cloud.queued()
    counts()

    again = cloud.post(json.dumps(payload, indent=4))
    cloud.work(*records)
    cloud.work(*records)

    assert again.document == first.document
    assert counts() == {"EventAccepted": 1, "EventStored": 1, "EventDuplicated": 1}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_newest_payload_wins_in_any_order(cloud: Cloud, order: tuple[int, int]) -> None:
    map_source(
        cloud, reading(time={"value": "item.at", "format": "epoch_ms"}, fields={"count": "item.n"})
    )
    payloads = [{"id": "a", "at": 1780000000000 + n, "n": n} for n in (0, 1)]

    for number in order:
        cloud.post(payloads[number])
    cloud.work(*cloud.queued())

    assert cloud.rows()["READING#a"]["count"] == 1


def test_payloads_without_a_time_get_the_time_of_receipt_in_order(cloud: Cloud) -> None:
    map_source(cloud, reading(each="payload.items"))

    cloud.post([{"items": [{"id": "a"}, {"id": "b"}]}, {"items": [{"id": "a"}]}])

    events = queued_events(cloud)
    received_at = datetime.fromisoformat(events[0].receivedat)
    later = received_at + timedelta(microseconds=1)
    times = [datetime.fromisoformat(event.time) for event in events]
    assert sorted(times) == [received_at, received_at, later]


def test_a_time_ahead_of_the_receipt_is_refused(cloud: Cloud) -> None:
    map_source(cloud, reading(time="item.at"))

    response = cloud.post({"id": "a", "at": "2999-01-01T00:00:00Z"})

    [error] = response.document["errors"]
    assert response.status == 422
    assert (error["reason"], error["field"]) == ("invalid_event", "rule 1 (READING), time")


def test_rules_read_headers_and_the_query_but_no_credential(cloud: Cloud) -> None:
    fields = {
        "note": 'headers."x-source-note"',
        "tags": "[headers.\"x-api-key\" || 'hidden', headers.cookie || 'hidden', query.tag]",
    }
    map_source(cloud, reading(id="query.id", fields=fields))
    query, cookie = {"id": ["a", "b"], "tag": ["über"]}, {"Cookie": "session=1"}
    event = request("b", {}, source="sourceB", query=query, headers=cookie)
    event["multiValueHeaders"]["X-Source-Note"] = ["first", "second"]

    response = cloud.ask(event)

    [made] = queued_events(cloud)
    assert response.status == 202
    assert made.subject == "b"
    assert made.data["note"] == "first, second"
    assert made.data["tags"] == ["hidden", "hidden", "über"]

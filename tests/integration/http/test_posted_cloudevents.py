"""CloudEvents through the API: each accepted event waits once, whatever its content mode."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from ingestion.event import Event
from ingestion.intake.cloudevents import BATCH_JSON, STRUCTURED_JSON
from tests.integration.cloud import Cloud
from tests.support.factories import NOON, cloudevent, contract

SENT = cloudevent(contract("c-é"), id="7", time=NOON)
HEADERS = {"Ce-Specversion": "1.0", "Ce-Id": "7", "Ce-Source": "sourceB", "Ce-Time": NOON}
MODES: dict[str, tuple[Any, dict[str, str]]] = {
    "structured": (SENT, {"Content-Type": STRUCTURED_JSON}),
    "batch": ([SENT], {"Content-Type": BATCH_JSON}),
    "binary": (contract("c-é"), HEADERS | {"Ce-Type": "contract.upsert"}),
}


@pytest.mark.parametrize("as_bytes", [True, False], ids=["in base64", "as text"])
@pytest.mark.parametrize("mode", MODES)
def test_an_event_of_each_mode_waits_in_the_queue_of_its_source(
    cloud: Cloud, mode: str, as_bytes: bool
) -> None:
    document, headers = MODES[mode]
    body = to_json(document)

    response = cloud.post(body if as_bytes else body.decode(), **headers)

    assert response.status == 202
    assert response.headers == {"Content-Type": "application/json"}
    assert response.document["events"] == [{"index": 0, "id": "7", "status": "accepted"}]
    [record] = cloud.queued("sourceB")
    event = Event.from_json(record["body"])
    assert event.id == "7"
    assert event.source == "sourceB"
    assert event.time == NOON
    assert event.type == "contract.upsert"
    assert event.subject == "c-é"
    assert event.data == contract("c-é")


def test_the_same_event_in_three_modes_is_delivered_once(cloud: Cloud) -> None:
    for document, headers in MODES.values():
        cloud.post(document, **headers)

    assert cloud.routed() == 1


def test_an_invalid_event_of_a_batch_does_not_reject_the_others(cloud: Cloud) -> None:
    events = [cloudevent(id="1"), cloudevent(id="2", type="rocket.upsert"), cloudevent(id="3")]

    response = cloud.post(events, content_type=BATCH_JSON)

    assert response.status == 207
    assert response.statuses == ["accepted", "rejected", "accepted"]
    assert response.document["errors"] == [
        {
            "index": 1,
            "reason": "unknown_entity",
            "field": "type",
            "message": "must name one of CONTRACT",
        }
    ]
    assert cloud.routed() == 2


def test_an_empty_batch_is_accepted(cloud: Cloud) -> None:
    response = cloud.post([], content_type=BATCH_JSON)

    assert response.status == 202
    assert response.document == {"events": [], "errors": []}
    assert cloud.routed() == 0


@pytest.mark.parametrize("content_type", [STRUCTURED_JSON, BATCH_JSON])
def test_a_cloudevent_with_the_key_of_another_source_gets_403(
    cloud: Cloud, content_type: str
) -> None:
    response = cloud.post(SENT, source="sourceA", content_type=content_type)

    assert response.status == 403


NAMES = st.sampled_from(["Content-Type", "Content-Encoding", "Ce-Data", *HEADERS, "Ce-Type"])
VALUES = st.sampled_from([STRUCTURED_JSON, BATCH_JSON, "1.0", "contract.upsert"]) | st.text()
BODIES = st.binary() | st.text() | st.sampled_from([to_json(each) for each, _ in MODES.values()])


@given(st.dictionaries(NAMES, VALUES), BODIES)
def test_no_request_makes_the_api_fail(cloud: Cloud, headers: dict[str, str], body: Any) -> None:
    response = cloud.post(body, **headers)

    assert response.status in {202, 400, 415, 422}

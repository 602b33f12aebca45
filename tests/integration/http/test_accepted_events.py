"""The responses to valid events, and where the events go."""

import pytest
from pydantic_core import to_json

from ingestion.event import Event
from tests.integration.cloud import Cloud
from tests.support.canned import Canned, canned, intercept
from tests.support.factories import Json, contract, deletion, equipment, submission

JSON = "application/json"


def test_a_valid_event_is_accepted(cloud: Cloud) -> None:
    response = cloud.post(submission(id="7"))

    assert response.status == 202
    assert response.headers == {"Content-Type": JSON}
    assert response.document == {
        "events": [{"index": 0, "id": "7", "status": "accepted"}],
        "errors": [],
    }


def test_an_accepted_event_waits_in_the_queue_of_its_source(cloud: Cloud) -> None:
    cloud.post(submission(id="7"))

    [record] = cloud.queued("sourceB")
    event = Event.from_json(record["body"])
    assert event.id == "7"
    assert event.source == "sourceB"
    assert event.key == "CONTRACT#c-1"
    assert event.data == contract()
    assert record["attributes"]["MessageGroupId"] == "CONTRACT#c-1"
    assert cloud.routed() == 0


def test_the_response_holds_the_id_made_for_an_event_without_one(cloud: Cloud) -> None:
    response = cloud.post(submission())

    [record] = cloud.queued()
    assert response.document["events"][0]["id"] == Event.from_json(record["body"]).id


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(to_json(submission()), id="in base64"),
        pytest.param(to_json(submission()).decode(), id="as text"),
        pytest.param(f"\r\n{to_json(submission()).decode()}\t ", id="between blanks"),
        pytest.param(to_json([deletion(), submission()]), id="several"),
        pytest.param(
            to_json(submission(contract("契約", contract_name="é\u2028🚀"))), id="Unicode"
        ),
    ],
)
def test_a_valid_body_is_accepted_in_every_encoding(cloud: Cloud, body: str | bytes) -> None:
    response = cloud.post(body)

    assert response.status == 202
    assert cloud.routed() == len(response.statuses)


def test_one_request_may_hold_500_events(cloud: Cloud) -> None:
    published: list[str] = []

    def accept_all(parameters: Json) -> Canned:
        entries = parameters["PublishBatchRequestEntries"]
        published.extend(Event.from_json(entry["Message"]).id for entry in entries)
        return canned({"Successful": entries, "Failed": []})

    intercept(cloud.api_runtime.router.sns, "PublishBatch", accept_all)
    items = [submission(contract(f"c-{n % 40}"), id=str(n)) for n in range(500)]

    response = cloud.post(items)

    assert response.status == 202
    assert response.statuses == ["accepted"] * 500
    assert sorted(map(int, published)) == list(range(500))


def test_a_repeated_post_is_delivered_once(cloud: Cloud) -> None:
    cloud.post(submission(id="7"))

    response = cloud.post(submission(id="7"))

    assert response.status == 202
    assert cloud.routed() == 1


def test_equal_ids_of_two_sources_are_two_events(cloud: Cloud) -> None:
    cloud.post(submission(id="7"))

    cloud.post(submission(equipment(), id="7", entity_name="EQUIPMENT"), "a", source="sourceA")

    assert len(cloud.queued("sourceA")) == 1
    assert len(cloud.queued("sourceB")) == 1

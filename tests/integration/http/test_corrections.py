"""A correction becomes an event of the operator."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from ingestion.event import Event
from ingestion.syntax.times import timestamp
from tests.integration.cloud import Cloud
from tests.integration.response import Response
from tests.support.factories import Json, contract, equipment, event, milestone

JSON = "application/json"
ACCEPTED = {"index": 0, "status": "accepted"}
BODY = {name: value for name, value in contract().items() if name != "contract_id"}


def event_id(response: Response) -> str:
    [accepted] = response.document["events"]
    return str(accepted["id"])


def test_a_correction_becomes_an_event_of_the_operator(cloud: Cloud) -> None:
    response = cloud.correct("PUT", "CONTRACT/c-1", BODY)

    assert response.status == 202
    assert response.headers == {"Content-Type": JSON}
    assert response.document == {"events": [ACCEPTED | {"id": event_id(response)}], "errors": []}
    [record] = cloud.queued("operator")
    made = Event.from_json(record["body"])
    assert made.id == event_id(response)
    assert made.source == "operator"
    assert made.type == "contract.upsert"
    assert made.key == "CONTRACT#c-1"
    assert made.data == contract()
    assert made.time == made.receivedat
    assert cloud.routed() == 0


def test_a_deletion_becomes_an_event_of_the_operator(cloud: Cloud) -> None:
    response = cloud.correct("DELETE", "CONTRACT/c-1")

    assert response.status == 202
    assert response.document["errors"] == []
    [record] = cloud.queued("operator")
    made = Event.from_json(record["body"])
    assert made.source == "operator"
    assert made.type == "contract.delete"
    assert made.data == {"contract_id": "c-1"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("CONTRACT/c-1", contract()),
        ("MILESTONE/m-1", milestone()),
        ("EQUIPMENT/e-1", equipment(contract_id="c-1")),
    ],
)
def test_every_entity_can_be_corrected_and_read(cloud: Cloud, path: str, body: Json) -> None:
    cloud.correct("PUT", path, body)
    [record] = cloud.queued("operator")
    cloud.serve("operator")
    assert cloud.work(record) == []

    found = cloud.read(path).document
    assert found["entity"] == body
    assert found["event"]["source"] == "operator"


def test_a_correction_replaces_older_events_and_newer_events_replace_it(cloud: Cloud) -> None:
    cloud.store(event(contract(contract_name="wrong")))
    cloud.correct("PUT", "CONTRACT/c-1", contract(contract_name="right"))
    [record] = cloud.queued("operator")
    cloud.serve("operator")
    cloud.work(record)
    corrected = cloud.read("CONTRACT/c-1").document["entity"]["contract_name"]

    newer = timestamp(datetime.now(UTC))
    cloud.store(event(contract(contract_name="newer"), id="2", time=newer, receivedat=newer))

    assert corrected == "right"
    assert cloud.read("CONTRACT/c-1").document["entity"]["contract_name"] == "newer"


def test_a_repeated_correction_with_the_same_idempotency_key_is_one_event(cloud: Cloud) -> None:
    responses = [
        cloud.correct("PUT", "CONTRACT/c-1", BODY, idempotency_key="ticket-7") for _ in range(2)
    ]

    first, second = map(event_id, responses)
    assert first == second
    assert first.startswith("ticket-7:")
    assert cloud.routed() == 1


def test_the_same_idempotency_key_with_other_content_is_another_event(cloud: Cloud) -> None:
    requests = [
        ("PUT", "CONTRACT/c-1", BODY),
        ("PUT", "CONTRACT/c-2", BODY),
        ("PUT", "CONTRACT/c-1", BODY | {"contract_name": "other"}),
        ("DELETE", "CONTRACT/c-1", ""),
    ]

    responses = [cloud.correct(*request, idempotency_key="ticket-7") for request in requests]

    assert len({event_id(response) for response in responses}) == 4
    assert cloud.routed() == 4


@pytest.mark.parametrize("entity_id", ["a/b", "100%25", "a/related", "契約 7", "x" * 512])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_entity_with_any_id_can_be_corrected(cloud: Cloud, method: str, entity_id: str) -> None:
    path = f"CONTRACT/{quote(entity_id, safe='')}"

    response = cloud.correct(method, path, BODY if method == "PUT" else "")

    assert response.status == 202
    [record] = cloud.queued("operator")
    assert Event.from_json(record["body"]).subject == entity_id

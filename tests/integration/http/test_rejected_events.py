"""The responses to invalid events, rejected one by one."""

import pytest

from ingestion.event import MAX_EVENT_BYTES
from tests.integration.cloud import Cloud
from tests.support.factories import contract, event_of_bytes, submission

JSON = "application/json"
PROBLEM = "application/problem+json"


def test_an_invalid_event_does_not_reject_the_others(cloud: Cloud) -> None:
    items = [submission(id="1"), submission(contract(contract_type="lease")), submission(id="3")]

    response = cloud.post(items)

    assert response.status == 207
    assert response.headers["Content-Type"] == JSON
    assert response.document == {
        "events": [
            {"index": 0, "id": "1", "status": "accepted"},
            {"index": 1, "status": "rejected"},
            {"index": 2, "id": "3", "status": "accepted"},
        ],
        "errors": [
            {
                "index": 1,
                "reason": "invalid_entity",
                "field": "body.contract_type",
                "message": "Input should be 'goods', 'works' or 'services'",
            }
        ],
    }
    assert cloud.routed() == 2


def test_a_request_without_a_valid_event_gets_422_with_every_error(cloud: Cloud) -> None:
    response = cloud.post([submission({}), submission(source="sourceA")])

    assert response.status == 422
    assert response.headers == {"Content-Type": PROBLEM}
    document = response.document
    assert document["title"] == "Unprocessable Content"
    assert document["status"] == 422
    assert document["detail"] == "no event was accepted"
    assert [(error["index"], error["field"]) for error in document["errors"]] == [
        (0, "body.contract_id"),
        (0, "body.contract_name"),
        (0, "body.contract_type"),
        (0, "body.contract_status"),
        (1, "source"),
    ]
    assert cloud.routed() == 0


def test_an_empty_array_gets_422(cloud: Cloud) -> None:
    response = cloud.post([])

    assert response.status == 422
    assert response.headers["Content-Type"] == PROBLEM
    assert response.document["detail"] == "the array must hold at least one event"


@pytest.mark.parametrize(("surplus", "status"), [(0, 202), (1, 413)])
def test_an_event_of_more_than_240_kb_is_rejected(cloud: Cloud, surplus: int, status: int) -> None:
    large = event_of_bytes(MAX_EVENT_BYTES + surplus)

    response = cloud.post(submission(large.data, id=large.id))

    assert response.status == status


def test_an_oversized_event_beside_a_valid_one_gets_207(cloud: Cloud) -> None:
    large = event_of_bytes(MAX_EVENT_BYTES + 1)

    response = cloud.post([submission(large.data, id=large.id), submission()])

    assert response.status == 207
    assert response.statuses == ["rejected", "accepted"]
    assert response.document["errors"][0]["reason"] == "too_large"


def test_an_oversized_event_beside_an_invalid_one_gets_422(cloud: Cloud) -> None:
    large = event_of_bytes(MAX_EVENT_BYTES + 1)

    response = cloud.post([submission(large.data, id=large.id), None])

    assert response.status == 422
    assert response.statuses == ["rejected", "rejected"]

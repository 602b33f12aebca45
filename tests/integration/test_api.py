"""The responses to posted events: accepted, rejected one by one, or not accepted by the topic."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic_core import to_json

from ingestion.event import MAX_EVENT_BYTES, Event
from tests.integration.cloud import Cloud
from tests.support.factories import (
    Canned,
    Json,
    aws_error,
    canned,
    contract,
    deletion,
    equipment,
    event_of_bytes,
    intercept,
    lines,
    name_of,
    submission,
)

JSON = "application/json"
PROBLEM = "application/problem+json"


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


@pytest.mark.parametrize(
    "failure",
    [
        aws_error("Throttled"),
        aws_error("InternalError", 500),
        aws_error("AuthorizationError", 403),
    ],
    ids=name_of,
)
def test_a_topic_that_accepts_nothing_gets_503(
    cloud: Cloud,
    failure: Canned,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cloud.api_runtime = replace(cloud.api_runtime, publish_seconds=0.3)
    intercept(cloud.api_runtime.router.sns, "PublishBatch", lambda _: failure)

    response = cloud.post(submission(id="7"))

    assert response.status == 503
    assert response.statuses == ["not_taken"]
    assert response.headers == {"Content-Type": PROBLEM, "Retry-After": "5"}
    assert (
        response.document["detail"]
        == "not all events were published: repeat the request with the same ids"
    )
    [line] = lines(capsys.readouterr().out)
    assert line["EventNotTaken"] == [1]
    assert line["not_taken_for"] == [name_of(failure)]


def test_a_topic_that_accepts_some_events_gets_503_with_each_status(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    intercept(cloud.api_runtime.router.sns, "PublishBatch", accept_all_but_the_second)
    items = [submission(contract(f"c-{n}"), id=str(n)) for n in range(3)]

    response = cloud.post([*items, None])

    assert response.status == 503
    assert [(event.get("id"), event["status"]) for event in response.document["events"]] == [
        ("0", "accepted"),
        ("1", "not_taken"),
        ("2", "accepted"),
        (None, "rejected"),
    ]
    assert [error["index"] for error in response.document["errors"]] == [3]
    assert counts() == {"EventAccepted": 2, "EventRejected": 1, "EventNotTaken": 1}


def accept_all_but_the_second(_: Json) -> Canned:
    refused = {"Id": "1", "Code": "InvalidParameter", "SenderFault": True}
    return canned({"Successful": [{"Id": "0"}, {"Id": "2"}], "Failed": [refused]})


def test_a_post_that_got_503_is_accepted_when_repeated(cloud: Cloud) -> None:
    failures = iter([aws_error("AuthorizationError", 403)])
    intercept(cloud.api_runtime.router.sns, "PublishBatch", lambda _: next(failures, None))
    cloud.post(submission(id="7"))

    response = cloud.post(submission(id="7"))

    assert response.status == 202
    assert cloud.routed() == 1

"""The responses if the topic does not accept all events."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ingestion.settings import CALL_SECONDS
from tests.integration.cloud import Cloud
from tests.support.canned import Canned, aws_error, canned, intercept, name_of
from tests.support.factories import Json, contract, lines, submission

PROBLEM = "application/problem+json"


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
    cloud.api_runtime = replace(cloud.api_runtime, work_seconds=CALL_SECONDS + 0.3)
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

"""Delivery to an endpoint: the real function against a real HTTP server on loopback."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from ingestion.handlers import delivery
from tests.integration.cloud import Cloud
from tests.support.endpoint import Endpoint
from tests.support.factories import CANARY, batch, context, record

Counts = Callable[[], dict[str, int]]


def taken(endpoint: Endpoint, entity: str = "") -> list[str]:
    """Return the ids of the changes that the endpoint accepted, of all entities or of one."""
    return [change["id"] for change in endpoint.taken if change["id"].startswith(entity)]


def posted(*ids: str) -> list[dict[str, object]]:
    """Make a queued change for each id. The part before the dash is its entity."""
    return [
        record(json.dumps({"id": change_id}), group_id=change_id.partition("-")[0])
        for change_id in ids
    ]


def work(cloud: Cloud, *records: dict[str, object]) -> list[str]:
    """Deliver the records and return the ids that the queue must redeliver."""
    response = delivery.handle(batch(*records), context(), cloud.delivery_runtime)
    bodies = {queued["messageId"]: json.loads(str(queued["body"]))["id"] for queued in records}
    return [bodies[failure["itemIdentifier"]] for failure in response["batchItemFailures"]]


def test_changes_are_posted_as_structured_cloudevents_in_order(
    cloud: Cloud, endpoint: Endpoint, counts: Counts
) -> None:
    assert work(cloud, *posted("a-1", "b-1", "a-2", "a-3")) == []

    assert taken(endpoint, "a") == ["a-1", "a-2", "a-3"]
    assert taken(endpoint, "b") == ["b-1"]
    assert {headers["Content-Type"] for headers in endpoint.headers} == {
        "application/cloudevents+json; charset=utf-8"
    }
    assert counts() == {"ChangeDelivered": 4}


@pytest.mark.parametrize("status", [302, 400, 410, 429, 500, 503])
def test_every_response_but_2xx_is_redelivered_and_blocks_only_its_entity(
    cloud: Cloud, endpoint: Endpoint, counts: Counts, status: int
) -> None:
    endpoint.statuses["a-2"] = status

    left = work(cloud, *posted("a-1", "a-2", "a-3", "b-1"))

    assert left == ["a-2", "a-3"]
    assert sorted(taken(endpoint)) == ["a-1", "b-1"]
    assert len(endpoint.headers) == 3  # No redirect was followed, and nothing was sent twice.
    assert counts() == {"ChangeDelivered": 2, "DeliveryRetried": 2}


def test_an_unreachable_endpoint_gets_everything_again(cloud: Cloud) -> None:
    assert work(cloud, *posted("a-1", "b-1")) == ["a-1", "b-1"]


def test_after_the_deadline_nothing_more_is_posted(cloud: Cloud, endpoint: Endpoint) -> None:
    cloud.delivery_runtime = replace(cloud.delivery_runtime, deliver_seconds=-1)

    assert work(cloud, *posted("a-1")) == ["a-1"]
    assert endpoint.headers == []


def test_a_long_response_does_not_fail_the_delivery(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.answered = b"x" * 100_000

    assert work(cloud, *posted("a-1", "a-2")) == []


def test_a_response_that_never_ends_counts_by_its_status(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.is_endless = True

    assert work(cloud, *posted("a-1", "b-1")) == []


def test_no_log_line_holds_a_change(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    work(cloud, record(json.dumps({"id": "a-1", "data": CANARY})))

    assert CANARY not in "".join(capsys.readouterr())

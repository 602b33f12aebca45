"""Sources of the applied platform are closed and opened, paused and resumed."""

from typing import Any

import pytest

from ingestion.cli.dlq.queue import backlog
from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.platform import in_index, post, wait_until_idle
from tests.support.browser.waiting import wait_for
from tests.support.factories import contract, submission

CACHE_SECONDS = 5


def status(deployment: Deployment, path: str, body: Any) -> tuple[int, str | None]:
    response = post(deployment, path, body, key="sourceB")
    return response.status, response.headers.get("Retry-After")


def test_a_closed_source_gets_503_within_seconds_until_it_is_open(
    checkout: Checkout, deployment: Deployment
) -> None:
    upload = {"name": "rows.csv", "size": 5}

    closed = ingest_here(checkout, "close", "sourceB", "--retry-after", "60")
    seconds = CACHE_SECONDS + 5  # A busy machine answers late.
    wait_for(lambda: status(deployment, "b", submission()) == (503, "60"), seconds)
    uploads = status(deployment, "b/uploads", upload)
    opened = ingest_here(checkout, "open", "sourceB")
    wait_for(lambda: status(deployment, "b", submission())[0] == 202, seconds)

    assert (closed.returncode, opened.returncode) == (0, 0)
    assert uploads == (503, "60")


@pytest.fixture
def paused(checkout: Checkout, deployment: Deployment) -> Any:
    wait_until_idle(deployment)
    yield ingest_here(checkout, "pause", "sourceB")
    ingest_here(checkout, "resume", "sourceB")


def test_a_paused_source_waits_and_is_stored_when_it_is_resumed(
    checkout: Checkout, deployment: Deployment, paused: Any
) -> None:
    body = submission(contract("paused"))
    url, sqs = deployment.queue_urls["sourceB"], deployment.client("sqs")

    posted = post(deployment, "b", body, key="sourceB")
    other = post(deployment, "c", milestone("paused"), key="sourceC")
    wait_for(lambda: "MILESTONE#paused" in in_index(deployment, "MILESTONE"))
    waiting = backlog(sqs, url)
    stored = "CONTRACT#paused" in in_index(deployment, "CONTRACT")
    resumed = ingest_here(checkout, "resume", "sourceB")

    assert (posted.status, other.status) == (202, 202)
    assert "sourceB is paused" in paused.stderr
    assert (waiting, stored) == (1, False)
    assert "sourceB is resumed" in resumed.stderr
    wait_for(lambda: "CONTRACT#paused" in in_index(deployment, "CONTRACT"))


def milestone(milestone_id: str) -> Any:
    body = {"milestone_id": milestone_id, "contract_id": "c-1"}
    return submission(body, entity_name="MILESTONE")

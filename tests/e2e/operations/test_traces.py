"""The logs of the applied platform are printed and followed, and events are traced in them."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import Selection
from ingestion.cli.logs.read import MAX_EVENTS, LogReader
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.platform import post
from tests.e2e.test_permissions import without, work
from tests.support.browser.waiting import wait_for
from tests.support.factories import Json, contract, event, submission
from tests.support.invocations import record
from tests.support.terminal.program import run_in_terminal

NOON = "2026-01-31T12:00:00Z"


def trace(checkout: Checkout, *arguments: str) -> Json:
    result = ingest_here(checkout, "trace", *arguments, "-o", "json")
    assert result.returncode in (0, 3), result.stderr
    document: Json = json.loads(result.stdout)
    return document


def post_contract(deployment: Deployment, event_id: str, **changes: Any) -> str:
    """Post an event about a contract of the same id. Return the id of the request."""
    body = submission(contract(event_id, **changes), id=event_id, time=NOON)
    response = post(deployment, "b", body, key="sourceB")
    assert response.status == 202
    return str(response.headers["X-Request-Id"])


def test_a_dead_letter_is_traced_by_its_event_and_by_its_request(
    checkout: Checkout, deployment: Deployment
) -> None:
    entity = ("--entity", "CONTRACT/traced-1")
    post_contract(deployment, "traced-1")
    stored = wait_for(lambda: trace(checkout, "traced-1", *entity)["versions"][0]["event"])
    request_id = post_contract(deployment, "traced-1", contract_name="Other data, same id")

    [dead_letter] = wait_for(lambda: trace(checkout, "traced-1")["dead_letters"])
    by_request = trace(checkout, request_id)

    assert stored["id"] == "traced-1"
    assert (dead_letter["reason"], dead_letter["request_id"]) == ("id_reused", request_id)
    assert by_request["dead_letters"] == [dead_letter]
    assert (by_request["request"]["source"], by_request["request"]["accepted"]) == ("sourceB", 1)
    assert any(line["function"] == "worker sourceB" for line in by_request["lines"])
    assert ingest_here(checkout, "dlq", "drop", "traced-1", "--yes").returncode == 0
    assert [line["action"] for line in trace(checkout, "traced-1")["history"]] == ["drop"]


def test_an_event_is_traced_through_its_failed_attempts_to_the_table(
    checkout: Checkout, deployment: Deployment
) -> None:
    retried = event(contract("traced-2"), source="operator", id="traced-2")
    worker = deployment.function_names["workers"]["operator"]
    entity = ("--entity", "CONTRACT/traced-2")

    with without(deployment, worker, "dynamodb:PutItem"):
        for attempt in ("1", "2"):
            work(deployment, record(retried, ApproximateReceiveCount=attempt))
    failed = wait_for(lambda: two_lines(trace(checkout, "traced-2", *entity)))
    work(deployment, record(retried, ApproximateReceiveCount="3"))

    assert [line["keys"]["attempt"] for line in failed["lines"]] == [1, 2]
    assert all("AccessDenied" in line["keys"]["error"] for line in failed["lines"])
    assert failed["versions"][0]["state"] == "not_stored"
    assert trace(checkout, "traced-2", *entity)["versions"][0]["state"] == "current"
    scanned = trace(checkout, "traced-2", "--scan", "--yes")
    assert [version["key"] for version in scanned["versions"]] == ["CONTRACT#traced-2"]


def two_lines(document: Json) -> Json | None:
    return document if len(document["lines"]) == 2 else None


def test_the_lines_of_a_source_are_those_that_name_it(
    checkout: Checkout, deployment: Deployment
) -> None:
    request_id = post_contract(deployment, "traced-3")

    def lines() -> list[Json]:
        printed = ingest_here(checkout, "logs", "--source", "sourceB", "-o", "json").stdout
        found = [json.loads(line) for line in printed.splitlines()]
        names = [json.dumps(line) for line in found]
        both = {line["function"] for line in found if request_id in json.dumps(line)}
        return found if names and both == {"api", "worker sourceB"} else []

    found = wait_for(lines)

    assert {line["function"] for line in found} <= {
        *("api", "worker sourceB", "changes", "extractor", "inserter")
    }
    assert {line["keys"]["source"] for line in found if line["function"] == "api"} == {"sourceB"}


@pytest.fixture
def long_log(deployment: Deployment) -> Iterator[str]:
    """Create a log group with more lines than the emulator returns at a time."""
    client, group = deployment.client("logs"), "traces-long"
    client.create_log_group(logGroupName=group)
    client.create_log_stream(logGroupName=group, logStreamName="this")
    for first in (0, MAX_EVENTS):
        events = [
            {"timestamp": 1 + number // 2, "message": str(number)}
            for number in range(first, first + MAX_EVENTS)
        ]
        client.put_log_events(logGroupName=group, logStreamName="this", logEvents=events)
    yield group
    client.delete_log_group(logGroupName=group)


def test_each_line_of_a_long_log_is_read_once(deployment: Deployment, long_log: str) -> None:
    reader = LogReader(deployment, [Selection("any", long_log)])

    lines = reader.read_since(0)

    assert [line.text for line in lines] == [str(number) for number in range(2 * MAX_EVENTS)]


def test_ctrl_c_ends_following_with_success(checkout: Checkout, deployment: Deployment) -> None:
    posted: list[str] = []

    def post_once(output: bytes, _: int) -> None:
        if b"Waiting" in output and not posted:
            posted.append(post_contract(deployment, "traced-4"))

    shown = run_in_terminal(
        *(sys.executable, "-m", "ingestion.cli.app", "logs", "--follow", "--since", "0s"),
        cwd=checkout.directory,
        variables={"PYTHONPATH": str(checkout.directory)},
        columns=1000,
        interrupt_at="EventAccepted=1",
        on_output=post_once,
    )

    assert shown.code == 0
    assert "Press Ctrl-C to stop." in shown.text
    assert f"request_id={posted[0]}" in shown.text
    assert "Aborted" not in shown.text

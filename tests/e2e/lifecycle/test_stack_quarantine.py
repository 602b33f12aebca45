"""Requests that make no event are kept by the applied platform, and redriven by its rules."""

import json
from subprocess import CompletedProcess
from typing import Any

import pytest

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest
from tests.e2e.conftest import Checkout
from tests.e2e.platform import in_index, post
from tests.support.browser.waiting import wait_for

GARBAGE = bytes(range(256))


@pytest.fixture(scope="module")
def deployment(grown: tuple[Deployment, str]) -> Deployment:
    return grown[0]


def dlq(checkout: Checkout, *arguments: str) -> CompletedProcess[str]:
    return ingest(checkout, "dlq", *arguments, "--source", "sourceQ")


def waiting(checkout: Checkout) -> list[Any]:
    result = dlq(checkout, "list", "-o", "json")
    assert result.returncode == 0, result.stderr
    found: list[Any] = json.loads(result.stdout)["letters"]
    return found


def kept(deployment: Deployment) -> list[Any]:
    """Return all versions of what the quarantine holds."""
    found = deployment.client("s3").list_object_versions(
        Bucket=deployment.bucket_name, Prefix="quarantine/"
    )
    return [*found.get("Versions", []), *found.get("DeleteMarkers", [])]


def pumps(deployment: Deployment) -> int:
    return sum(key.startswith("PUMP#kept-") for key in in_index(deployment, "PUMP"))


def test_garbage_is_kept_and_too_many_events_are_redriven(
    checkout: Checkout, deployment: Deployment
) -> None:
    item = {"at": "2026-01-31T12:00:00Z", "flow": 1}
    many = {"pumps": [item | {"id": f"kept-{number}"} for number in range(501)]}

    answers = [
        post(deployment, "q", body, key="sourceQ", headers={"Content-Type": kind})
        for body, kind in ((GARBAGE, "text/plain"), (many, "application/json"))
    ]
    unsigned = post(deployment, "q", GARBAGE, key=None)

    assert [answer.status for answer in answers] == [202, 202]
    assert unsigned.status == 403
    wait_for(lambda: len(waiting(checkout)) == 2)
    assert {entry["reason"] for entry in waiting(checkout)} == {"quarantined"}
    assert len(kept(deployment)) == 2

    redriven = dlq(checkout, "redrive", "-o", "json")

    assert redriven.returncode == 4, redriven.stderr  # The garbage would fail again.
    counts = json.loads(redriven.stdout)
    assert (counts["redriven"], counts["would_fail"]) == (1, 1)
    wait_for(lambda: pumps(deployment) == 501)
    assert len(kept(deployment)) == len(waiting(checkout)) == 1

    dropped = dlq(checkout, "drop", "--yes")

    assert dropped.returncode == 0, dropped.stderr
    assert (waiting(checkout), kept(deployment)) == ([], [])

"""`ingest trace` scans the table, or is refused: what it asks, and what it needs."""

import json
from typing import Any

import boto3
import pytest

from ingestion.cli.environment import Deployment
from tests.integration.cloud import Cloud
from tests.integration.commands.output import message
from tests.integration.conftest import AUDIT, See
from tests.integration.tracing.conftest import Log, Trace, found
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error
from tests.support.factories import contract, delete_event, event


def test_a_scan_says_how_many_items_it_reads_and_finds_the_event(
    cloud: Cloud, trace: Trace
) -> None:
    cloud.store(*(event(contract(f"c-{n}"), id=str(n)) for n in range(3)), delete_event(id="9"))

    result = trace("2", "--scan", "--yes", "-o", "json")

    assert "about 3 items (0.0 MB). DynamoDB counts them about every six hours" in message(result)
    [version] = json.loads(result.stdout)["versions"]
    assert (version["key"], version["state"]) == ("CONTRACT#c-2", "current")
    assert found(trace, "9", "--scan", "--yes")["versions"][0]["state"] == "deleted"


def test_a_scan_finds_only_events_of_the_source(cloud: Cloud, trace: Trace) -> None:
    cloud.store(event(id="7"))

    document = found(trace, "7", "--source", "sourceA", "--scan", "--yes", code=3)

    assert document["versions"] == []
    assert "or have been superseded or a duplicate" in document["unknown"]


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1)])
def test_a_scan_asks_on_a_terminal(cloud: Cloud, see: See, log: Log, typed: str, code: int) -> None:
    log("api", "{}")
    cloud.store(event(id="7"))

    shown = see("trace", "7", "--scan", typed=typed, columns=1000)

    assert "Read them all? [y/N]" in shown.text
    assert shown.exit_code == code
    assert ("stored: the event" in shown.text) == (code == 0)


def test_a_scan_without_a_terminal_needs_yes(trace: Trace) -> None:
    result = trace("7", "--scan")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "add --yes" in message(result)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--source", "sourcB"], 'did you mean "source'),
        (["--entity", "CONTRAKT/c-1"], 'did you mean "CONTRACT"?'),
        (["--entity", "CONTRACT"], "must be an entity and its id, such as CONTRACT/c-1"),
        (["--entity", "CONTRACT/c-1", "--scan"], "exclude each other"),
        (["--since", "yesterday"], "30m, 2h or 7d"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_options_are_refused(trace: Trace, options: list[str], text: str) -> None:
    result = trace("7", *options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert text in message(result)


@pytest.mark.parametrize(
    ("service", "operation", "options"),
    [
        ("logs", "FilterLogEvents", []),
        ("dynamodb", "GetItem", ["--entity", "CONTRACT/c-1"]),
        ("dynamodb", "Scan", ["--scan", "--yes"]),
        ("dynamodb", "DescribeTable", ["--scan", "--yes"]),
        ("sqs", "ReceiveMessage", []),
        ("sqs", "GetQueueAttributes", []),
    ],
)
def test_a_denied_read_ends_the_command(
    deployment: Deployment,
    trace: Trace,
    session: RecordingSession,
    service: str,
    operation: str,
    options: list[str],
) -> None:
    def deny(**_: Any) -> Any:
        return aws_error("AccessDeniedException")

    with session.hooked(f"before-call.{service}.{operation}", deny):
        result = trace("7", *options)

    assert deployment.environment == "local"
    assert result.exit_code == 1
    assert "AccessDenied" in str(result.exception)


def test_an_audit_log_that_cannot_be_read_ends_the_command(trace: Trace) -> None:
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    result = trace("7")

    assert result.exit_code == 1
    assert "ResourceNotFoundException" in str(result.exception)

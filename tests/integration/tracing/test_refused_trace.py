"""`ingest trace` ends with an error if an option is wrong or AWS denies a call."""

from typing import Any

import boto3
import pytest

from ingestion.cli.environment import Deployment
from tests.integration.commands.output import message
from tests.integration.conftest import AUDIT
from tests.integration.tracing.conftest import Trace
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error


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

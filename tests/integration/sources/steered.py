"""What the commands that steer a source print and audit."""

import boto3
from typer.testing import Result

from tests.integration.conftest import AUDIT
from tests.support.factories import Json, lines


def audited() -> list[Json]:
    events = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    found: list[Json] = lines("\n".join(event["message"] for event in events))
    return found


def said(result: Result) -> str:
    return " ".join(result.stderr.split())

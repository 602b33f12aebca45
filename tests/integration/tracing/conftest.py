"""The functions' log groups, and what the functions print in them."""

import json
import time
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import boto3
import pytest
from typer.testing import Result

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_groups
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.support.factories import Json

Log = Callable[..., None]
Trace = Callable[..., Result]


@pytest.fixture
def deployment(run: Ingest, checkout: Checkout) -> Deployment:  # noqa: ARG001 - makes the file
    return Deployment.load("local", checkout)


@pytest.fixture
def log(cloud: Cloud, deployment: Deployment, capsys: pytest.CaptureFixture[str]) -> Log:
    """Return a function that puts texts, or what was printed, into the log of a function."""
    client, groups = boto3.client("logs"), log_groups(deployment)
    assert {group.rpartition("/")[2] for group in groups.values()} == {
        function.name for function in cloud.plan.functions
    }
    for group in groups.values():
        client.create_log_group(logGroupName=group)

    def put(function: str, *texts: str, age_seconds: float = 0) -> None:
        stream, moment = uuid4().hex, int((time.time() - age_seconds) * 1000)
        target = {"logGroupName": groups[function], "logStreamName": stream}
        client.create_log_stream(**target)
        lines = texts or capsys.readouterr().out.splitlines()
        events = [{"timestamp": moment, "message": line} for line in lines]
        client.put_log_events(**target, logEvents=events)  # type: ignore[arg-type]

    return put


@pytest.fixture
def trace(run_quickly: Ingest, log: Log) -> Trace:  # noqa: ARG001 - makes the log groups
    return partial(run_quickly, "trace")


def found(trace: Trace, *arguments: str, code: int = 0) -> Json:
    """Return what a trace prints as JSON."""
    result = trace(*arguments, "-o", "json")
    assert result.exit_code == code, result.output
    document: Json = json.loads(result.stdout)
    return document

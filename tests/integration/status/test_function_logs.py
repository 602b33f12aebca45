"""Metrics are counted in the logs of functions, as for the local stack."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from ingestion.cli.status.metrics import function_logs
from ingestion.cli.status.metrics.series import Role, Series, metric_namespace, series_of
from ingestion.cli.status.parts import parts_of
from ingestion.store.outcomes import MOVED_BY_QUEUE
from ingestion.telemetry.metrics import metric_by_label, print_metrics
from tests.support.logs.emulator_log import write_emulator_log

NOW = datetime.now(UTC)
_NO_TIME = '"Timestamp":0'


@pytest.fixture
def groups(deployment: Deployment) -> Deployment:
    names = [deployment.function_names[name] for name in ("inserter", "extractor")]
    workers = deployment.function_names["workers"]
    for function in (*names, workers["sourceB"], workers["sourceC"]):
        boto3.client("logs").create_log_group(logGroupName=log_group_of(function))
    return deployment


def log(function: str, stream: str, *messages: str, minutes_ago: float = 1) -> None:
    logs, group = boto3.client("logs"), log_group_of(function)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    time_ms = int((NOW - timedelta(minutes=minutes_ago)).timestamp() * 1000)
    events: Any = [
        {
            "timestamp": time_ms,
            "message": message.replace('"Timestamp":0', f'"Timestamp":{time_ms}'),
        }
        for message in messages
    ]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def test_values_are_counted_by_reason(
    groups: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    reasons = metric_by_label("EventRejected", {"invalid_entity": 2, "too_large": 1})
    rejected = printed(capsys, "sourceB", {}, by_reason=reasons)
    log(groups.function_names["api"], "1", *rejected)
    every = Series(metric_namespace(groups), "EventRejected", "source", "sourceB")
    wanted = [every, *(every._replace(reason=name) for name in ("invalid_entity", "unmatched"))]

    with ThreadPoolExecutor(2) as pool:
        parts = parts_of(groups, ["sourceB"])
        found = function_logs.count_points(groups, parts, wanted, NOW, pool)

    assert [[point.value for point in found[series]] for series in wanted] == [[2, 1], [2], []]


def counted(deployment: Deployment, source: str) -> dict[Role, list[float]]:
    """Return the values of each metric that was counted for a source."""
    parts = parts_of(deployment, [source])
    wanted = series_of(parts[0], metric_namespace(deployment))
    with ThreadPoolExecutor(2) as pool:
        found = function_logs.count_points(deployment, parts, wanted.values(), NOW, pool)
    return {
        role: [point.value for point in found[series]]
        for role, series in wanted.items()
        if found[series]
    }


def printed(capsys: pytest.CaptureFixture[str], source: str, *args: Any, **more: Any) -> list[str]:
    """Return the lines of metrics that a function prints, with their time set to 0."""
    print_metrics(source, *args, **more)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        line["_aws"]["Timestamp"] = 0
    return [json.dumps(line, separators=(",", ":")) for line in lines]


def test_values_of_the_source_alone_are_counted(
    groups: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = groups.function_names["workers"]["sourceB"]
    accepted = printed(capsys, "sourceB", {"EventAccepted": 3})
    retried = printed(
        capsys,
        "sourceB",
        {"RecordRetried": 2},
        by_entity={"CONTRACT": {"EventStored": 2, "LagFromReceipt": [100, 300]}},
        by_reason=metric_by_label("EventDeadLettered", {MOVED_BY_QUEUE: 1}),
    )
    log(groups.function_names["api"], "1", *accepted, minutes_ago=1)
    log(groups.function_names["api"], "2", *accepted, minutes_ago=600)
    log(worker, "1", "START RequestId: 1", *retried, "REPORT RequestId: 1")
    log(worker, "2", *retried, minutes_ago=16)  # Of the last hour, but not of 15 minutes.
    log(worker, "3", *retried, minutes_ago=61)

    assert counted(groups, "sourceC") == {}
    assert counted(groups, "sourceB") == {
        "retried": [2],
        "lag": [100, 300],
        "stored": [2, 2],
        "dead_lettered": [1, 1],
        "accepted": [3],
        "accepted_before": [3, 3],
    }


def test_failed_calls_are_those_that_the_emulator_names(
    groups: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = groups.function_names["workers"]["sourceB"]
    good = printed(capsys, "sourceB", {"RecordRetried": 1})
    log(worker, "good", "START RequestId: 1", *good, "REPORT RequestId: 1")
    log(worker, "its lines came late", "START RequestId: 2", "REPORT RequestId: 2")
    failed = f"ESM: Lambda {worker} failed processing SQS batch from q.fifo (errorType=KeyError"
    write_emulator_log(groups.checkout, NOW, failed, failed.replace(worker, f"{worker}-2"))
    write_emulator_log(groups.checkout, NOW - timedelta(minutes=16), failed)

    assert counted(groups, "sourceB") == {"retried": [1], "failed_calls": [1]}

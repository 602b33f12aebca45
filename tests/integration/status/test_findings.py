"""`ingest status` on moto names each problem, with the next command."""

import json
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from tests.integration.cloud import Cloud
from tests.integration.commands.output import document
from tests.integration.conftest import Ingest
from tests.integration.resources import SUBSCRIBER
from tests.integration.status.measured import LAMBDA, SQS, platform, put_metric
from tests.integration.status.shown import part
from tests.support.factories import submission
from tests.support.logs.emulator_log import write_emulator_log
from tests.support.terraform.planned import Plan

DAY = 86_400


def worker(deployment: Deployment, source: str = "sourceB") -> str:
    return str(deployment.function_names["workers"][source])


def send(cloud: Cloud, url: str) -> None:
    cloud.sqs.send_message(
        QueueUrl=url, MessageBody="{}", MessageGroupId="g", MessageDeduplicationId="d"
    )


@pytest.mark.usefixtures("mapped")
def test_a_paused_source_is_named_with_the_command_that_resumes_it(run: Ingest) -> None:
    run("pause", "sourceB")

    shown = document(run("status", "--source", "sourceB", "-o", "json"))

    [found] = shown["attention"]
    assert (found["problem"], found["command"]) == ("paused", "ingest resume sourceB")
    assert found["text"].startswith("sourceB is paused: its worker stores nothing")


def test_waiting_messages_have_an_age_and_a_time_at_which_they_expire(
    run: Ingest, cloud: Cloud, deployment: Deployment
) -> None:
    assert cloud.post(submission()).status == 202
    queue = deployment.queue_urls["sourceB"].rpartition("/")[2]
    put_metric(SQS, "ApproximateAgeOfOldestMessage", queue, 4 * DAY, minutes_ago=3)
    put_metric(SQS, "ApproximateAgeOfOldestMessage", queue, 4 * DAY + 60, minutes_ago=2)

    shown = document(run("status", "--source", "sourceB", "-o", "json"))

    found = part(shown, "sourceB")
    expires_in = datetime.fromisoformat(found["oldest_expires_at"]) - datetime.now(UTC)
    assert (found["depth"], found["oldest_age_seconds"]) == (1, 4 * DAY + 60)
    assert timedelta(days=9, hours=23) < expires_in < timedelta(days=10)
    [late] = [each for each in shown["attention"] if each["problem"] == "messages_wait"]
    assert "has waited for 4 days, and 1 message waits" in late["text"]
    assert "SQS deletes the oldest in 9 days (" in late["text"]


@pytest.mark.usefixtures("mapped")
def test_a_closed_source_is_ready_to_be_removed_only_when_its_queues_are_empty(
    run: Ingest, cloud: Cloud, deployment: Deployment
) -> None:
    run("close", "sourceB", "--retry-after", "60")

    empty = run("status", "--source", "sourceB").stdout
    send(cloud, deployment.dead_letter_queue_urls["sourceB"])
    not_empty = run("status", "--source", "sourceB").stdout

    assert "each POST gets 503 with Retry-After: 60." in empty
    assert "Its queues are empty: a deployment may remove it.\n  Next: ingest open" in empty
    assert "Do not remove it yet: 1 dead letter in its queues." in not_empty
    assert "sourceB has 1 dead letter.\n  Next: ingest dlq list --source sourceB" in not_empty


@pytest.mark.usefixtures("mapped")
def test_a_failing_worker_is_named_with_its_last_error(
    run: Ingest, planned: Plan, deployment: Deployment
) -> None:
    put_metric(platform(planned), "RecordRetried", "sourceB", 3)
    put_metric(LAMBDA, "Errors", worker(deployment), 1)
    repaired = "[ERROR] UnexpectedError: KeyError at store/table.py:71"
    last = '{"message":"record_failed","error":"TransientFailure Slow\\u001b","message_id":"1"}'
    log_lines(log_group_of(worker(deployment)), repaired, repaired, minutes_ago=2)
    log_lines(log_group_of(worker(deployment)), "START RequestId: 1", last)

    shown = document(run("status", "-o", "json"))

    [found] = [each for each in shown["attention"] if each["part"] == "sourceB"]
    assert found["problem"] == "fails"
    assert "The worker of sourceB fails: 3 failed attempts and 1 failed call in" in found["text"]
    assert re.search(
        r" The last error, at \d\d:\d\d:\d\dZ: TransientFailure Slow\N{REPLACEMENT CHARACTER}$",
        found["text"],
    )
    assert found["command"] == "ingest logs --source sourceB --since 15m"


@pytest.mark.usefixtures("mapped")
def test_a_worker_that_does_not_start_is_named_with_the_error_that_only_the_emulator_knows(
    run: Ingest, deployment: Deployment
) -> None:
    function, now = worker(deployment), datetime.now(UTC)
    put_metric(LAMBDA, "Errors", function, 1)
    log_lines(log_group_of(function), "START RequestId: 1")
    error = f"Warm worker execution error for {function}: Worker init failed: 'TABLE_NAME'"
    write_emulator_log(deployment.checkout, now, error, error.replace(function, "other"))

    shown = document(run("status", "-o", "json"))

    [found] = [each for each in shown["attention"] if each["problem"] == "fails"]
    assert found["text"].endswith("Z: The function does not start: 'TABLE_NAME'")


def log_lines(group: str, *messages: str, minutes_ago: float = 0) -> None:
    logs, stream = boto3.client("logs"), f"call {minutes_ago}".replace(".", "-")
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    time_ms = int((datetime.now(UTC) - timedelta(minutes=minutes_ago)).timestamp() * 1000)
    events: Any = [{"timestamp": time_ms, "message": message} for message in messages]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


@pytest.mark.usefixtures("mapped")
def test_throttled_calls_and_new_dead_letters_are_named(
    run: Ingest, cloud: Cloud, planned: Plan, deployment: Deployment
) -> None:
    put_metric(LAMBDA, "Throttles", worker(deployment), 40)
    put_metric(platform(planned), "EventDeadLettered", "sourceC", 2)
    send(cloud, deployment.dead_letter_queue_urls["sourceC"])
    cloud.sqs.send_message(QueueUrl=deployment.files_failures_queue_url, MessageBody="{}")

    shown = document(run("status", "-o", "json"))

    texts = {(each["part"], each["problem"]): each["text"] for each in shown["attention"]}
    assert "refused 40 calls in" in texts["sourceB", "throttled"]
    assert texts["sourceC", "dead_letters"] == (
        "sourceC has 1 dead letter. In the last 15 minutes, 2 events became dead letters, also"
        " those that were redriven or dropped."
    )
    assert texts["files", "dead_letters"] == "files has 1 dead letter."


@pytest.mark.parametrize(
    ("events", "requests", "text"),
    [
        (0, 1, "1 request became a dead letter"),
        (2, 3, "2 events and 3 requests became dead letters"),
    ],
)
@pytest.mark.usefixtures("mapped")
def test_new_requests_in_quarantine_are_named(
    run: Ingest, cloud: Cloud, planned: Plan, events: int, requests: int, text: str
) -> None:
    put_metric(platform(planned), "EventDeadLettered", "sourceB", events)
    put_metric(platform(planned), "RequestQuarantined", "sourceB", requests)
    send(cloud, cloud.dead_letter_queue_urls["sourceB"])

    shown = document(run("status", "--source", "sourceB", "-o", "json"))

    [found] = shown["attention"]
    assert f"In the last 15 minutes, {text}" in found["text"]
    assert part(shown, "sourceB")["new_quarantined"] == requests


def test_unrouted_messages_are_named(run: Ingest, cloud: Cloud) -> None:
    send(cloud, cloud.unrouted_queue_url)

    shown = document(run("status", "-o", "json"))

    [found] = [each for each in shown["attention"] if each["problem"] == "unrouted"]
    assert found["text"] == "The unrouted queue has 1 message, which no source stores."
    assert found["command"] == "ingest dlq list --source unrouted"


def test_a_subscriber_without_a_secret_is_named(run: Ingest, cloud: Cloud) -> None:
    function = cloud.subscriber_queue_arn.rpartition(":")[2].removesuffix(".fifo")
    put_metric(LAMBDA, "Errors", function, 2)
    line = {
        "message": "no_live_secret",
        "source": "subscriber billing",
        "reason": "none is live",
    }
    log_lines(log_group_of(function), json.dumps(line), "[ERROR] TransientFailure: no_live_secret")

    shown = document(run("status", "-o", "json"))

    [found] = [each for each in shown["attention"] if each["problem"] == "fails"]
    assert "The delivery to subscriber billing fails: 2 failed calls in" in found["text"]
    assert "Z: no_live_secret: none is live" in found["text"]


def test_a_subscriber_that_fails_is_named(
    run: Ingest, cloud: Cloud, planned: Plan, deployment: Deployment
) -> None:
    name = f"subscriber {SUBSCRIBER}"
    put_metric(platform(planned), "DeliveryRetried", name, 4)
    queue = cloud.subscriber_queue_arn.rpartition(":")[2]
    error = '{"message":"record_failed","error":"TransientFailure HTTP 500","message_id":"1"}'
    log_lines(log_group_of(queue.removesuffix(".fifo")), error)

    shown = document(run("status", "-o", "json"))

    assert SUBSCRIBER in deployment.subscriber_secret_names
    [found] = [each for each in shown["attention"] if each["problem"] == "fails"]
    assert "The delivery to subscriber billing fails: 4 failed attempts in" in found["text"]
    assert "Z: TransientFailure HTTP 500" in found["text"]
    assert found["command"] == "ingest logs --function 'delivery billing' --since 15m"

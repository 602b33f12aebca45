"""The change feed of the applied platform: subscribe, deliver, follow and redrive."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from standardwebhooks import Webhook

from ingestion.cli.dlq.queue import backlog
from ingestion.cli.environment import Deployment
from ingestion.cli.tail import Feed, follow
from ingestion.store.change import Change
from tests.e2e.commands import ingest_here
from tests.e2e.conftest import Checkout
from tests.e2e.platform import post
from tests.support.browser.waiting import wait_for
from tests.support.endpoint import Endpoint
from tests.support.factories import Json, contract, deletion, submission
from tests.support.servers import serving


@contextmanager
def following(deployment: Deployment, **wanted: str) -> Iterator[Feed]:
    with follow(deployment, wanted) as feed:
        yield feed


def receive_changes(feed: Feed, contract_id: str, count: int) -> list[Change]:
    """Receive this many changes of the contract, in the order of arrival."""
    changes: list[Change] = []

    def probe() -> bool:
        changes.extend(change for change in feed.receive(1) if change.subject == contract_id)
        return len(changes) >= count

    wait_for(probe)
    return changes


def send(deployment: Deployment, *bodies: Json, path: str = "b", source: str = "sourceB") -> None:
    for body in bodies:
        assert post(deployment, path, body, key=source).status == 202


def test_posted_events_are_published_in_order_with_before_and_after(deployment: Deployment) -> None:
    first, second = contract("feed-1"), contract("feed-1", contract_status="terminated")

    with following(deployment) as feed:
        send(deployment, submission(first), submission(second, id="why"), deletion("feed-1"))
        changes = receive_changes(feed, "feed-1", 3)

    assert [(change.kind, change.data.before, change.data.after) for change in changes] == [
        ("created", None, first),
        ("updated", first, second),
        ("deleted", second, None),
    ]
    assert changes[1].data.changed == ["contract_status"]
    assert changes[1].data.cause.id == "why"
    assert changes[1].data.cause.source == "sourceB"


def test_an_endpoint_gets_the_changes_that_its_filter_selects_signed(
    checkout: Checkout, deployment: Deployment
) -> None:
    body = {"milestone_id": "hook-1", "contract_id": "c-1"}
    created = {"entity_name": "MILESTONE", "body": body}
    deleted = {
        "entity_name": "MILESTONE",
        "operation": "delete",
        "body": {"milestone_id": "hook-1"},
    }

    with serving(Endpoint(checkout.endpoint_port)) as endpoint:
        send(deployment, created, deleted, path="c", source="sourceC")
        change = wait_for(
            lambda: next(
                (change for change in endpoint.taken if change["subject"] == "hook-1"), None
            )
        )

    assert change["type"] == "milestone.deleted"
    assert change["data"]["before"] == body
    posts = zip(endpoint.bodies, endpoint.headers, strict=True)
    content, headers = next(one for one in posts if json.loads(one[0]) == change)
    assert headers["Content-Type"].startswith("application/cloudevents+json")
    assert headers["webhook-id"] == change["id"]
    assert Webhook(checkout.delivery_secret).verify(content, headers) == change


@contextmanager
def tailing(checkout: Checkout, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run `ingest tail` in its own process, and enter the block when it follows the feed."""
    command = (sys.executable, "-m", "ingestion.cli.app", "tail", "-o", "json", *options)
    environment = {**os.environ, "PYTHONPATH": str(checkout.directory)}
    # A background job of a shell ignores Ctrl-C, and its child processes inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command,
        cwd=checkout.directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        signal.signal(signal.SIGINT, before)
        try:
            assert process.stderr
            assert "Waiting for changes" in process.stderr.readline()
            yield process
        finally:
            process.kill()


def left_over(deployment: Deployment) -> list[str]:
    """Return the queues and subscriptions that `ingest tail` created."""
    queues = deployment.client("sqs").list_queues(QueueNamePrefix="ingest-tail")
    topic = {"TopicArn": deployment.change_topic_arn}
    subscriptions = deployment.client("sns").list_subscriptions_by_topic(**topic)["Subscriptions"]
    endpoints = [
        subscription["Endpoint"]
        for subscription in subscriptions
        if "ingest-tail" in subscription["Endpoint"]
    ]
    return [*queues.get("QueueUrls", []), *endpoints]


def test_tail_follows_an_entity(checkout: Checkout, deployment: Deployment) -> None:
    options = ("--entity", "CONTRACT", "--kind", "updated", "--limit", "1", "--for", "30")

    with tailing(checkout, *options) as process:
        send(deployment, submission(contract("tail-1")), submission(contract("tail-1")))
        output, _ = process.communicate(timeout=120)

    assert process.returncode == 0
    change = json.loads(output)
    assert change["type"] == "contract.updated"
    assert change["data"]["changed"] == []
    assert left_over(deployment) == []


def test_an_interrupted_tail_removes_its_queue_and_subscription(
    checkout: Checkout, deployment: Deployment
) -> None:
    for stop in (signal.SIGINT, signal.SIGTERM):
        with tailing(checkout) as process:
            assert left_over(deployment)
            process.send_signal(stop)
            process.communicate(timeout=120)

        assert process.returncode == 0
        assert left_over(deployment) == []


def give_up(deployment: Deployment, contract_id: str) -> None:
    """Send the failure of the contract's newest stream record, as Lambda does after its retries."""
    streams = deployment.client("dynamodbstreams")
    [stream] = streams.list_streams(TableName=deployment.table_name)["Streams"]
    arn = stream["StreamArn"]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    position = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = streams.get_shard_iterator(**position)["ShardIterator"]
    number = ""
    while records := (page := streams.get_records(ShardIterator=iterator))["Records"]:
        for record in records:
            if record["dynamodb"]["Keys"]["ID"]["S"] == f"CONTRACT#{contract_id}":
                number = record["dynamodb"]["SequenceNumber"]
        iterator = page["NextShardIterator"]
    failed = {"startSequenceNumber": number, "endSequenceNumber": number, "streamArn": arn}
    body: Any = {
        "requestContext": {"condition": "RetryAttemptsExhausted"},
        "DDBStreamBatchInfo": {**failed, "shardId": shard["ShardId"], "batchSize": 1},
    }
    deployment.client("sqs").send_message(
        QueueUrl=deployment.change_failures_queue_url, MessageBody=json.dumps(body)
    )


def test_a_failed_change_is_redriven(checkout: Checkout, deployment: Deployment) -> None:
    with following(deployment) as feed:
        send(deployment, submission(contract("late-1")))
        receive_changes(feed, "late-1", 1)
    give_up(deployment, "late-1")

    # The topic drops a change that it published less than five minutes ago, so check the response.
    result = ingest_here(checkout, "dlq", "redrive", "--source", "changes", "-o", "json")

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["redriven"] == 1
    assert backlog(deployment.client("sqs"), deployment.change_failures_queue_url) == 0


def test_the_asyncapi_document_names_the_change_topic(
    checkout: Checkout, deployment: Deployment
) -> None:
    document = json.loads(ingest_here(checkout, "asyncapi").stdout)

    assert document["channels"]["changes"]["address"] == deployment.change_topic_arn

"""Events per second through the whole local stack, and through a plain boto3 loop on it."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from urllib3 import PoolManager, Retry

import entities
from ingestion.cli.environment import Deployment
from ingestion.store.table import ENTITY_NAME, ENTITY_NAME_INDEX
from tests.benchmarks.figures.figure import ROUNDS, Figure, print_figures
from tests.benchmarks.support import peers
from tests.e2e.conftest import copy_checkout, free_port
from tests.support.factories import Json, contract, submission

EVENTS = 500
A_POST = 100
SENDERS = 2
PATIENCE_SECONDS = 120
PAUSE_SECONDS = 0.05
NAME = "end to end on the local stack, events/s"
AGAINST = "plain loop: validate, publish, receive, put, delete"


class Lost(Exception):
    """Raised when not every accepted event is in the table."""


def figures() -> Iterator[Figure]:
    """Start a stack for the benchmark, measure, and delete the stack."""
    with TemporaryDirectory() as directory:
        checkout = copy_checkout(Path(directory), free_port())
        try:
            checkout.stack("up", port=checkout.port)
            yield compared(checkout.deployment)
        finally:
            checkout.stack("reset")


def compared(deployment: Deployment) -> Figure:
    """Run both alternately, each first in every other round. Raises Lost."""
    platform, raw = Platform(deployment), RawLoop.made(deployment)
    rounds = []
    for turn in range(ROUNDS + 1):
        runs = [platform.run, raw.run] if turn % 2 else [raw.run, platform.run]
        seconds = {run: seconds_of(run, deployment) for run in runs}
        rounds.append(seconds[raw.run] / seconds[platform.run])
    return Figure("end to end", NAME, AGAINST, 1.2, rounds[1:], least=True)


def seconds_of(send: Callable[[list[Json]], None], deployment: Deployment) -> float:
    """Return the seconds until all events of a run are in the table. Raises Lost."""
    run = uuid4().hex[:8]
    events = [
        submission(contract(f"{run}-{number}"), id=f"{run}-{number}") for number in range(EVENTS)
    ]
    started = time.perf_counter()
    send(events)
    seconds = time.perf_counter() - started
    found = stored(deployment.client("dynamodb"), deployment.table_name, events)
    if found < EVENTS:
        raise Lost(f"{EVENTS - found} of {EVENTS} events")
    return seconds


@dataclass(frozen=True)
class Platform:
    """The deployed platform: senders post to the API and wait until the queue is empty.

    `body_of` writes the events of a request as the source sends them.
    """

    deployment: Deployment
    source: str = "sourceB"
    path: str = "b"
    body_of: Callable[[list[Json]], str] = json.dumps

    def run(self, events: list[Json]) -> None:
        """Return when the worker has processed every event. Raises Lost."""
        requests = [events[first : first + A_POST] for first in range(0, len(events), A_POST)]
        with ThreadPoolExecutor(SENDERS) as senders:
            list(senders.map(partial(self._post, PoolManager(retries=Retry(0))), requests))
        sqs, deadline = self.deployment.client("sqs"), time.monotonic() + PATIENCE_SECONDS
        while _waiting(sqs, self.deployment.queue_urls[self.source]):
            if time.monotonic() > deadline:
                raise Lost("the queue does not empty")
            time.sleep(PAUSE_SECONDS)

    def _post(self, http: PoolManager, events: list[Json]) -> None:
        response = http.request(
            "POST",
            f"{self.deployment.api_url}/{self.path}",
            body=self.body_of(events),
            headers={
                "Content-Type": "application/json",
                "X-Api-Key": self.deployment.api_keys[self.source],
            },
        )
        if response.status != 202:
            raise Lost(f"returned {response.status}: {response.data.decode()}")


def _waiting(sqs: Any, queue_url: str) -> int:
    """Return how many messages are in the queue or in flight."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def stored(dynamodb: Any, table_name: str, events: list[Json]) -> int:
    """Return how many of the events' contracts are in the index."""
    prefix = events[0]["id"].rpartition("-")[0]
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table_name,
        IndexName=ENTITY_NAME_INDEX,
        Select="COUNT",
        KeyConditionExpression=f"{ENTITY_NAME} = :name AND begins_with(ID, :prefix)",
        ExpressionAttributeValues={
            ":name": {"S": "CONTRACT"},
            ":prefix": {"S": f"CONTRACT#{prefix}-"},
        },
    )
    return sum(page["Count"] for page in pages)


@dataclass(frozen=True)
class RawLoop:
    """One loop of plain clients with the same guarantees, on a topic and queue like ours."""

    sns: Any
    sqs: Any
    dynamodb: Any
    topic_arn: str
    queue_url: str
    table_name: str

    @classmethod
    def made(cls, deployment: Deployment) -> "RawLoop":
        """Create the topic and the queue. The table is the platform's."""
        sns, sqs = deployment.client("sns"), deployment.client("sqs")
        fifo = {"ContentBasedDeduplication": "false"}
        topic_arn = sns.create_topic(Name="raw.fifo", Attributes={"FifoTopic": "true", **fifo})[
            "TopicArn"
        ]
        queue_url = sqs.create_queue(QueueName="raw.fifo", Attributes={"FifoQueue": "true"})[
            "QueueUrl"
        ]
        arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
        queue_arn = arn["Attributes"]["QueueArn"]
        allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}}
        allowed |= {"Action": "sqs:SendMessage", "Resource": queue_arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": policy})
        sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=queue_arn,
            Attributes={"RawMessageDelivery": "true"},
        )
        dynamodb = deployment.client("dynamodb")
        return cls(sns, sqs, dynamodb, topic_arn, queue_url, deployment.table_name)

    def run(self, events: list[Json]) -> None:
        """Return when every event is in the table. Raises Lost."""
        model = entities.models()["CONTRACT"]
        for first in range(0, len(events), A_POST):
            items = json.loads(json.dumps(events[first : first + A_POST]))
            for item in items:
                model.model_validate(item["body"])
            peers.publish_all(self.sns, self.topic_arn, json.dumps(items))
        left = len(events)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while left:
            if time.monotonic() > deadline:
                raise Lost(f"{left} of {len(events)} events")
            left -= self._work(model)

    def _work(self, model: Any) -> int:
        response = self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        messages = response.get("Messages", [])
        for message in messages:
            item = json.loads(message["Body"])
            model.model_validate(item["body"])
            peers.put(self.dynamodb, self.table_name, _event(item))
        if messages:
            self.sqs.delete_message_batch(
                QueueUrl=self.queue_url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                    for index, message in enumerate(messages)
                ],
            )
        return len(messages)


def _event(item: Json) -> Json:
    """Return what the worker's message would hold."""
    now = "2026-01-31T12:00:00.000000Z"
    data = item["body"]
    return {
        "id": item["id"],
        "source": "sourceB",
        "time": now,
        "receivedat": now,
        "subject": data["contract_id"],
        "data": data,
    }


if __name__ == "__main__":
    print_figures(figures())

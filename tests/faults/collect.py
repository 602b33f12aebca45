"""Waits until everything is processed, and reads what a run left in the stack."""

import time
from collections.abc import Callable, Iterable

from infra.tools.errors import SetupError
from ingestion.cli.dlq.actions import dead_letter_queues
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.queue import backlog
from ingestion.cli.environment import Deployment
from ingestion.cli.tail import Feed
from ingestion.store.attributes import EVENT
from ingestion.store.change import Change
from ingestion.store.table import ID
from tests.faults.injection.puts import State

DRAIN_SECONDS = 600
LEASE_SECONDS = 120  # Longer than a lease of `ingest dlq`.
POLL_SECONDS = 0.5
WAIT_SECONDS = 1


def await_empty(deployment: Deployment, queue_urls: Iterable[str]) -> None:
    """Wait until these queues are empty. Raises SetupError after `DRAIN_SECONDS`."""
    sqs, urls = deployment.client("sqs"), list(queue_urls)
    if not await_true(lambda: not any(backlog(sqs, url) for url in urls), DRAIN_SECONDS):
        raise SetupError(f"The queues were not empty after {DRAIN_SECONDS} s.")


def await_released(deployment: Deployment) -> None:
    """Wait until no dead letter is leased. A command that failed leaves its lease behind."""
    sqs, urls = deployment.client("sqs"), deployment.dead_letter_queue_urls.values()
    hidden = "ApproximateNumberOfMessagesNotVisible"

    def has_leases(url: str) -> bool:
        response = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[hidden])
        return int(response["Attributes"][hidden]) > 0

    await_true(lambda: not any(map(has_leases, urls)), LEASE_SECONDS)


def await_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until the condition is true. Return whether it became true in time."""
    deadline = time.monotonic() + seconds
    while not (is_true := condition()) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return is_true


def take_changes(feed: Feed) -> list[Change]:
    """Receive and delete every published change, and return them in order."""
    changes: list[Change] = []
    while page := feed.receive(WAIT_SECONDS):
        changes += page
    return changes


def read_items(deployment: Deployment, run: str) -> dict[str, State]:
    """Return the table's items of the run by key."""
    pages = deployment.client("dynamodb").get_paginator("scan")
    return {
        item[ID]["S"]: State.of(item)
        for page in pages.paginate(TableName=deployment.table_name)
        for item in page["Items"]
        if f"#{run}-" in item[ID]["S"] and EVENT in item
    }


def take_messages(deployment: Deployment) -> list[DeadLetter]:
    """Receive and delete all dead letters and unrouted messages, and return them."""
    found: list[DeadLetter] = []
    for queue in dead_letter_queues(deployment, show_personal=True).values():
        with queue.leased() as pages:
            for page in pages:
                queue.delete(page)
                found += page
    return found

"""A change that failed is redelivered soon, although the queue hides messages for long."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ingestion.handlers import indexer
from ingestion.telemetry.redaction import UnexpectedError
from tests.integration.search.events import contract_event, document_event
from tests.integration.search.platform import TABLE, Platform
from tests.support.canned import aws_error, intercept
from tests.support.factories import Json
from tests.support.invocations import context, record


@contextmanager
def redeliveries(platform: Platform) -> Iterator[list[tuple[str, int]]]:
    """Collect the receipt handles that become visible again, and after how many seconds."""
    events = platform.indexer.redelivery.sqs.meta.events
    hook = "provide-client-params.sqs.ChangeMessageVisibilityBatch"
    found: list[tuple[str, int]] = []

    def note(params: Json, **_: object) -> None:
        assert params["QueueUrl"] == platform.queue
        assert len(params["Entries"]) <= 10
        found.extend((e["ReceiptHandle"], e["VisibilityTimeout"]) for e in params["Entries"])

    events.register(hook, note)
    try:
        yield found
    finally:
        events.unregister(hook, note)


def index(platform: Platform, changes: list[str], receives: str = "1") -> object:
    """Index the changes. Each has its number as receipt handle."""
    records = [
        record(change, ApproximateReceiveCount=receives) | {"receiptHandle": str(number)}
        for number, change in enumerate(changes)
    ]
    return indexer.handle({"Records": records}, context(300), platform.indexer)


@pytest.mark.parametrize(
    ("receives", "seconds"), [("1", 30), ("2", 120), ("3", 480), ("4", 1920), ("5", 1920)]
)
def test_a_change_that_failed_is_redelivered_soon(
    platform: Platform, receives: str, seconds: int
) -> None:
    platform.put_text("texts/sourceB/d.json", "full test")
    changes = platform.store(contract_event(1, "turbine"), document_event("d"))
    slow = iter([aws_error("SlowDown", 503)])
    intercept(
        platform.indexer.entries.s3,
        "GetObject",
        lambda call: next(slow, None) if call["Key"].startswith("texts/") else None,
    )

    with redeliveries(platform) as found:
        index(platform, changes, receives)

    assert found == [("1", seconds)]
    assert platform.ids("turbine") == ["c-1"]


def test_all_changes_of_a_batch_that_failed_are_redelivered_soon(platform: Platform) -> None:
    changes = platform.store(*(contract_event(number, "turbine") for number in range(12)))
    platform.dynamodb.delete_table(TableName=TABLE)

    with redeliveries(platform) as found, pytest.raises(UnexpectedError):
        index(platform, changes)

    assert found == [(str(number), 30) for number in range(12)]


def test_nothing_is_redelivered_if_all_is_indexed(platform: Platform) -> None:
    with redeliveries(platform) as found:
        index(platform, platform.store(contract_event(1, "turbine")))

    assert found == []


def test_a_refused_call_leaves_the_redelivery_to_the_queue(platform: Platform) -> None:
    changes = platform.store(contract_event(1, "turbine"))
    platform.dynamodb.delete_table(TableName=TABLE)
    platform.sqs.delete_queue(QueueUrl=platform.queue)

    with pytest.raises(UnexpectedError, match="ResourceNotFoundException"):
        index(platform, changes)

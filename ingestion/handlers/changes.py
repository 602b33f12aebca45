"""Publishes the changes of the table's stream to the change topic, in order within an entity."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion.aws.start import build_at_start
from ingestion.errors import RejectedRecord, TransientFailure
from ingestion.messaging.router import Router, UnpublishedEvent
from ingestion.settings import ChangesSettings
from ingestion.store.change import UNSOUND, Change, change_of
from ingestion.telemetry.metrics import print_metrics
from ingestion.telemetry.redaction import hide_error_messages

STREAM = "changes"  # The `source` of metrics that belong to no source. No source has this name.

Record = dict[str, Any]


@dataclass(frozen=True)
class Runtime:
    """The router of the function.

    No call starts after `publish_seconds`. A call that started before still ends
    within the function's timeout of 30 s.
    """

    router: Router
    publish_seconds: float = 15

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment."""
        return cls(Router.build(session, ChangesSettings().change_topic_arn, keeps_order=True))


def handle(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> dict[str, Any]:
    """Publish a batch of the stream. Return the first record that Lambda must retry.

    If it is the first record of the batch, the whole batch fails. Lambda then halves the batch
    until a record that can never become a change is alone, and sends it to the failure queue.
    """
    with hide_error_messages():
        return _publish_batch(event["Records"], context.aws_request_id, runtime)


def _publish_batch(records: list[Record], invocation_id: str, runtime: Runtime) -> dict[str, Any]:
    changes = list(_changes_until_unsound(records))
    found = [change for change in changes if change]
    deadline = time.monotonic() + runtime.publish_seconds
    unpublished, retried = runtime.router.publish(found, deadline)
    _log_failures(unpublished)
    unpublished_ids = {id(change) for change, _ in unpublished}
    end = next(
        (n for n, change in enumerate(changes) if id(change) in unpublished_ids), len(changes)
    )
    counts = {
        "ChangeSkipped": len(changes) - len(found),
        "ChangeRetried": len(records) - end,
        "PublishRetried": retried,
    }
    print_metrics(STREAM, counts, invocation_id=invocation_id)
    published = Counter(change.source for change in found if id(change) not in unpublished_ids)
    for source, count in published.items():
        print_metrics(source, {"ChangePublished": count}, invocation_id=invocation_id)
    if records and end == 0:
        raise TransientFailure(unpublished[0].reason) if unpublished else RejectedRecord(UNSOUND)
    return {"batchItemFailures": [_failure_entry(record) for record in records[end : end + 1]]}


def _log_failures(unpublished: Iterable[UnpublishedEvent]) -> None:
    """Print a line for each change that was not published, with the event that caused it."""
    for change, reason in unpublished:
        cause = change.data.cause
        ids = {"source": cause.source, "event_id": cause.id, "entity_key": change.key}
        Logger().warning("record_failed", error=reason, **ids)


def _changes_until_unsound(records: Iterable[Record]) -> Iterator[Change | None]:
    """Yield the changes up to the first record that can never become one."""
    for record in records:
        try:
            yield change_of(record)
        except RejectedRecord as rejection:
            number = _failure_entry(record)["itemIdentifier"]
            Logger().error(UNSOUND, sequence_number=number, detail=rejection.detail)
            return


def _failure_entry(record: Record) -> dict[str, str]:
    return {"itemIdentifier": record["dynamodb"]["SequenceNumber"]}


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish one batch of the stream."""
    return handle(event, context, runtime())

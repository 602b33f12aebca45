"""The worker: stores a batch of one source's queue, with its entities in parallel."""

import time
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from ingestion.aws.encoding import register_encoders
from ingestion.aws.retry import FIRST_PAUSE_SECONDS, attempts
from ingestion.aws.start import build_at_start
from ingestion.catalog import Catalog
from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.event import REDRIVE_COUNT, RETRIES_EXHAUSTED, Event
from ingestion.messaging import dead_letter, fifo_batch
from ingestion.settings import CLIENT_CONFIG, POOL_SIZE, WorkerSettings, packaged_catalog
from ingestion.store import outcomes
from ingestion.store.table import Outcome, Store
from ingestion.telemetry.redaction import describe_error, hide_error_messages


@dataclass(frozen=True)
class Runtime:
    """The settings and clients of one source's worker.

    No call starts after `store_seconds`. A call that started before still ends
    within the function's timeout of 10 s.
    """

    settings: WorkerSettings
    catalog: Catalog
    store: Store
    dead_letters: dead_letter.DeadLetterWriter
    pool: Executor
    store_seconds: float = 2.5
    first_pause_seconds: float = FIRST_PAUSE_SECONDS

    @classmethod
    def build(cls, session: boto3.Session) -> Self:
        """Build the runtime from the function's environment and package."""
        settings = WorkerSettings()
        dynamodb = register_encoders(session.client("dynamodb", config=CLIENT_CONFIG))
        sqs = session.client("sqs", config=CLIENT_CONFIG)
        return cls(
            settings=settings,
            catalog=packaged_catalog(),
            store=Store(dynamodb, settings.table_name, settings.tombstone_days),
            dead_letters=dead_letter.DeadLetterWriter(sqs, settings.dead_letter_queue_url),
            pool=ThreadPoolExecutor(POOL_SIZE),
        )


def store_record(record: fifo_batch.Record, deadline: float, runtime: Runtime) -> outcomes.Result:
    """Store the record and return its outcome. Retry until `deadline` (of `time.monotonic`).

    Raises TransientFailure after that: the queue redelivers the record.
    """
    now = datetime.now(UTC)
    failure = TransientFailure("DeadlineExceeded")
    for _ in attempts(deadline, runtime.first_pause_seconds):
        try:
            return _store_or_dead_letter(record, now, runtime)
        except TransientFailure as error:
            failure = error
    raise failure


def _store_or_dead_letter(
    record: fifo_batch.Record, now: datetime, runtime: Runtime
) -> outcomes.Result:
    source = runtime.settings.source
    try:
        event = Event.from_json(record["body"])
        if event.source != source:
            raise RejectedRecord("wrong_source", FieldError("source", f"must be {source!r}"))
        outcome = runtime.store.put_entity(event, runtime.catalog.entity_of(event), now)
    except RejectedRecord as rejection:
        runtime.dead_letters.write(record, rejection)
        return outcomes.DeadLettered(rejection.reason)
    # The lag of a redriven event would measure how long the operator took.
    is_redriven = REDRIVE_COUNT in record["messageAttributes"]
    if outcome is not Outcome.STORED or is_redriven:
        return outcomes.Stored(event.entity_name, outcome)
    return outcomes.Stored(event.entity_name, outcome, outcomes.lags(event, datetime.now(UTC)))


def dead_letter_last_receive(
    record: fifo_batch.Record, error: Exception, runtime: Runtime
) -> outcomes.DeadLettered | None:
    """Dead-letter a failed record on its last receive, with the error as detail.

    Return None if the queue must handle the record: before its last receive, or if the dead letter
    cannot be written. SQS would move the record without the error.
    """
    if not outcomes.is_last_receive(record, runtime.settings):
        return None
    try:
        fault = FieldError("", describe_error(error))
        runtime.dead_letters.write(record, RejectedRecord(RETRIES_EXHAUSTED, fault))
    except TransientFailure:
        return None
    return outcomes.DeadLettered(RETRIES_EXHAUSTED)


def handle(event: dict[str, Any], runtime: Runtime) -> dict[str, Any]:
    """Store the batch. Return the records that the queue must redeliver."""
    settings, records = runtime.settings, event["Records"]
    deadline = time.monotonic() + runtime.store_seconds
    store_by = partial(store_record, deadline=deadline, runtime=runtime)
    handle_failure = partial(dead_letter_last_receive, runtime=runtime)
    with hide_error_messages():
        results, failures = fifo_batch.process_fifo_batch(
            records, store_by, runtime.pool, handle_failure
        )
        outcomes.report_outcomes(settings, runtime.catalog, records, results, failures)
    return {"batchItemFailures": failures}


runtime = build_at_start(lambda: Runtime.build(boto3.Session()))


def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Store one batch of the queue."""
    return handle(event, runtime())

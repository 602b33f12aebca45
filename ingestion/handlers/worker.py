"""The worker: stores a batch of one source's queue, the entities of it side by side."""

import time
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ingestion.aws import clients
from ingestion.aws.encoding import write_calls
from ingestion.aws.pool import pool
from ingestion.aws.retry import attempts
from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.event import REDRIVE_COUNT, Event
from ingestion.messaging import dead_letter, fifo_batch
from ingestion.settings import catalog, initialize, worker_settings
from ingestion.store import outcomes
from ingestion.store.table import Outcome, Store
from ingestion.telemetry.redaction import Discretion

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

STORE_SECONDS = 2.5  # A last call, begun by then, still ends within the function's 10 s.


@cache
def store() -> Store:
    """The table of this environment."""
    dynamodb = write_calls(clients.dynamodb())
    return Store(dynamodb, worker_settings().table_name, worker_settings().tombstone_days)


@cache
def dead_letters() -> dead_letter.Queue:
    """The dead-letter queue of this source."""
    return dead_letter.Queue(clients.sqs(), worker_settings().dead_letter_queue_url)


def store_record(record: fifo_batch.Record, deadline: float) -> outcomes.Result:
    """What became of the record, tried until `deadline` (of `time.monotonic`).

    Lets TransientFailure rise: the queue repeats it.
    """
    now = datetime.now(UTC)
    failure = TransientFailure("DeadlineExceeded")
    for _ in attempts(deadline):
        try:
            return _store(record, now)
        except TransientFailure as error:
            failure = error
    raise failure


def _store(record: fifo_batch.Record, now: datetime) -> outcomes.Result:
    source = worker_settings().source
    try:
        event = Event.from_json(record["body"])
        if event.source != source:
            raise RejectedRecord("wrong_source", FieldError("source", f"must be {source!r}"))
        outcome = store().put(event, catalog().entity_of(event), now)
    except RejectedRecord as rejection:
        dead_letters().put(record, rejection)
        return outcomes.DeadLettered(rejection.reason)
    # What was brought back by hand would tell how long the operator took.
    is_redriven = REDRIVE_COUNT in record["messageAttributes"]
    if outcome is not Outcome.STORED or is_redriven:
        return outcomes.Stored(event.entity_name, outcome)
    return outcomes.Stored(event.entity_name, outcome, outcomes.lags(event, datetime.now(UTC)))


def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Store the batch; answer which records the queue must repeat."""
    settings = worker_settings()
    store_by = partial(store_record, deadline=time.monotonic() + STORE_SECONDS)
    with Discretion():
        results, failures = fifo_batch.process(event["Records"], store_by, pool())
        given_back = [failure["itemIdentifier"] for failure in failures]
        outcomes.tell(
            settings.source, event["Records"], results, given_back, settings.max_receive_count
        )
    return {"batchItemFailures": failures}


initialize(catalog, store, dead_letters)

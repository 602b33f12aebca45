"""The worker: stores a batch of one source's queue, the entities of it side by side."""

import time
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ingestion import account, clients, dead_letter, groups
from ingestion.discretion import Discretion
from ingestion.errors import FieldError, RejectedRecord, TransientFailure
from ingestion.event import Event
from ingestion.lag import lags
from ingestion.pool import pool
from ingestion.retry import attempts
from ingestion.settings import catalog, initialize, worker_settings
from ingestion.store import Outcome, Store
from ingestion.wire import write_calls

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


def store_record(record: groups.Record, deadline: float) -> account.Result:
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


def _store(record: groups.Record, now: datetime) -> account.Result:
    source = worker_settings().source
    try:
        event = Event.from_json(record["body"])
        if event.source != source:
            raise RejectedRecord("wrong_source", FieldError("source", f"must be {source!r}"))
        outcome = store().put(event, catalog().entity_of(event), now)
    except RejectedRecord as rejection:
        dead_letters().put(record, rejection)
        return account.DeadLettered(rejection.reason)
    # What was brought back by hand would tell how long the operator took.
    is_redriven = dead_letter.REDRIVE_COUNT in record["messageAttributes"]
    if outcome is not Outcome.STORED or is_redriven:
        return account.Stored(event.entity_name, outcome)
    return account.Stored(event.entity_name, outcome, lags(event, datetime.now(UTC)))


def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Store the batch; answer which records the queue must repeat."""
    settings = worker_settings()
    store_by = partial(store_record, deadline=time.monotonic() + STORE_SECONDS)
    with Discretion():
        results, failures = groups.process(event["Records"], store_by, pool())
        given_back = [failure["itemIdentifier"] for failure in failures]
        account.tell(
            settings.source, event["Records"], results, given_back, settings.max_receive_count
        )
    return {"batchItemFailures": failures}


initialize(catalog, store, dead_letters)

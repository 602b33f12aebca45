"""Report the outcomes of a worker's batch, and how long its events took."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ingestion.catalog import Catalog
from ingestion.event import REDRIVE_COUNT, REQUEST_ID, Event
from ingestion.settings import WorkerSettings
from ingestion.store.table import Outcome
from ingestion.telemetry.metrics import (
    LAG_FROM_EVENT,
    LAG_FROM_RECEIPT,
    Values,
    metric_by_label,
    print_metrics,
)

Record = Mapping[str, Any]

# The metric's reason for records that SQS moves to the dead-letter queue. SQS does not count a move
# as a deletion.
MOVED_BY_QUEUE = "moved_by_queue"
# An event that was older when it was received is history, such as last year's file or a replay.
MAX_AGE = timedelta(days=1)
# A sender's clock may be ahead of ours by this time.
MAX_SKEW = timedelta(minutes=1)


class Stored(NamedTuple):
    """A record that reached the table, and the lags to report, by metric."""

    entity: str
    outcome: Outcome
    lags: Mapping[str, int] = {}


class DeadLettered(NamedTuple):
    """A record that was sent to the dead-letter queue, and the reason."""

    reason: str


Result = Stored | DeadLettered


def report_outcomes(
    settings: WorkerSettings,
    catalog: Catalog,
    records: Collection[Record],
    results: Collection[Result],
    failures: Iterable[Mapping[str, str]],
) -> None:
    """Count the outcomes of the records, and log which requests brought them.

    `failures` holds the records that the queue must redeliver. On their last receive it moves them
    to the dead letters instead, and only this call can count them.
    """
    failed = {failure["itemIdentifier"] for failure in failures}
    retried = _retried(records, failed, settings)
    ended = [record for record in records if record["messageId"] not in retried]
    reasons = Counter(result.reason for result in results if isinstance(result, DeadLettered))
    reasons[MOVED_BY_QUEUE] += len(failed) - len(retried)
    print_metrics(
        settings.source,
        {
            "RecordRetried": len(retried),
            "EventRedriven": len(_values(REDRIVE_COUNT, ended)),
            # One metric for the alarm ledger-does-not-balance, which pays for each that it reads.
            "EventNotStored": sum(not _is_stored(result) for result in results),
        },
        by_entity=_by_entity(results),
        by_reason=metric_by_label("EventDeadLettered", reasons),
        has_one_entity=catalog.has_one_entity(settings.source),
        request_ids=list(dict.fromkeys(_values(REQUEST_ID, records))),
    )


def _retried(records: Iterable[Record], failed: set[str], settings: WorkerSettings) -> set[str]:
    """Return the ids of the failed records that the queue delivers again."""
    return {
        record["messageId"]
        for record in records
        if record["messageId"] in failed and not is_last_receive(record, settings)
    }


def is_last_receive(record: Record, settings: WorkerSettings) -> bool:
    """Return whether the queue moves the record to the dead letters if it fails once more."""
    return int(record["attributes"]["ApproximateReceiveCount"]) >= settings.max_receive_count


def _is_stored(result: Result) -> bool:
    return isinstance(result, Stored) and result.outcome is Outcome.STORED


def _by_entity(results: Iterable[Result]) -> Mapping[str, Values]:
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for result in results:
        if isinstance(result, Stored):
            counts = found[result.entity]
            counts[result.outcome] = counts.get(result.outcome, 0) + 1
            for name, lag in result.lags.items():
                counts.setdefault(name, []).append(lag)
    return found


def _values(attribute: str, records: Iterable[Record]) -> list[str]:
    """Return the attribute of those records that have it."""
    found = (record["messageAttributes"].get(attribute) for record in records)
    return [value["stringValue"] for value in found if value]


def lags(event: Event, stored_at: datetime) -> dict[str, int]:
    """Return the lags in milliseconds by metric. History has no lag from its event.

    Clocks differ. An event that seems to be stored before it happened has a lag of 0.
    """
    received_at = datetime.fromisoformat(event.receivedat)
    happened_at = datetime.fromisoformat(event.time)
    found = {LAG_FROM_RECEIPT: _milliseconds(stored_at - received_at)}
    if -MAX_SKEW <= received_at - happened_at <= MAX_AGE:
        found[LAG_FROM_EVENT] = _milliseconds(stored_at - happened_at)
    return found


def _milliseconds(duration: timedelta) -> int:
    return max(0, duration // timedelta(milliseconds=1))

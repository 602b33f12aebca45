"""Reports what became of each record of a worker's batch, and how long it was under way."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from ingestion.catalog import Catalog
from ingestion.event import REDRIVE_COUNT, REQUEST_ID, RETRIES_EXHAUSTED, Event
from ingestion.settings import WorkerSettings
from ingestion.store.table import Outcome
from ingestion.telemetry.metrics import LAG_FROM_EVENT, LAG_FROM_RECEIPT, Values, each, report

Record = Mapping[str, Any]

# An event that was older when it was received is history: last year's file, a replay.
MAX_AGE = timedelta(days=1)
# A sender's clock may be so much ahead of ours; a time beyond is none of now.
MAX_SKEW = timedelta(minutes=1)
_METRICS = {
    Outcome.STORED: "EventStored",
    Outcome.SUPERSEDED: "EventSuperseded",
    Outcome.DUPLICATE: "EventDuplicated",
}


class Stored(NamedTuple):
    """A record that came to the table, and the lags to tell, by metric."""

    entity: str
    outcome: Outcome
    lags: Mapping[str, int] = MappingProxyType({})


class DeadLettered(NamedTuple):
    """A record that was put aside, and why."""

    reason: str


Result = Stored | DeadLettered


def tell(
    settings: WorkerSettings,
    catalog: Catalog,
    records: Collection[Record],
    results: Collection[Result],
    given_back: Iterable[str],
) -> None:
    """Count what became of the records, and say which requests brought them.

    `given_back` are the ids of those that the queue is to repeat. It does not repeat one that it
    gave `settings.max_receive_count` times: that is a dead letter, which only this run can count.
    """
    held = set(given_back)
    again = {
        record["messageId"]
        for record in records
        if record["messageId"] in held
        and int(record["attributes"]["ApproximateReceiveCount"]) < settings.max_receive_count
    }
    ended = [record for record in records if record["messageId"] not in again]
    reasons = Counter(result.reason for result in results if isinstance(result, DeadLettered))
    reasons[RETRIES_EXHAUSTED] += len(held) - len(again)
    report(
        settings.source,
        {"RecordRetried": len(again), "EventRedriven": len(_values(REDRIVE_COUNT, ended))},
        by_entity=_by_entity(results),
        by_reason=each("EventDeadLettered", reasons),
        has_one_entity=catalog.has_one_entity(settings.source),
        request_ids=list(dict.fromkeys(_values(REQUEST_ID, records))),
    )


def _by_entity(results: Iterable[Result]) -> Mapping[str, Values]:
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for result in results:
        if isinstance(result, Stored):
            counts, metric = found[result.entity], _METRICS[result.outcome]
            counts[metric] = counts.get(metric, 0) + 1
            for name, lag in result.lags.items():
                counts.setdefault(name, []).append(lag)
    return found


def _values(attribute: str, records: Iterable[Record]) -> list[str]:
    """The attribute of those that have it."""
    found = (record["messageAttributes"].get(attribute) for record in records)
    return [value["stringValue"] for value in found if value]


def lags(event: Event, stored_at: datetime) -> dict[str, int]:
    """The lags in milliseconds by metric, without that from the event where it says nothing.

    Clocks differ a little: what then seems stored before it happened has a lag of 0.
    """
    received_at = datetime.fromisoformat(event.receivedat)
    happened_at = datetime.fromisoformat(event.time)
    found = {LAG_FROM_RECEIPT: _milliseconds(stored_at - received_at)}
    if -MAX_SKEW <= received_at - happened_at <= MAX_AGE:
        found[LAG_FROM_EVENT] = _milliseconds(stored_at - happened_at)
    return found


def _milliseconds(duration: timedelta) -> int:
    return max(0, duration // timedelta(milliseconds=1))

"""The section of the last events: when one was accepted, what became of them, and their ids."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ingestion.cli.counts import count_of
from ingestion.cli.environment import Deployment
from ingestion.cli.sources.check import counts
from ingestion.cli.sources.check.checked_source import CheckedSource
from ingestion.cli.sources.check.counts import Counts
from ingestion.cli.sources.check.last_events import (
    Receipt,
    StoredEvent,
    before_receipt,
    read_receipts,
    read_stored,
)
from ingestion.cli.sources.check.section import Finding, Section, shown_time
from ingestion.syntax.times import timestamp

_OUTCOMES = {
    "accepted": counts.ACCEPTED,
    "ignored": counts.IGNORED,
    "stored": counts.STORED,
    "superseded": counts.SUPERSEDED,
    "duplicated": counts.DUPLICATED,
}


def events_section(
    source: CheckedSource,
    running: Deployment,
    last_at: datetime | None,
    found: Counts,
    since: datetime,
) -> Section:
    """Return when the last event was accepted, the counts, and the ids of the last events."""
    totals = {name: found.totals.get(metric, 0) for name, metric in _OUTCOMES.items()}
    receipts, stored = _last(source, running, last_at) if last_at else ([], [])
    last = receipts[-1].time if receipts else timestamp(last_at) if last_at else None
    document = {
        "last_accepted_at": last,
        **totals,
        "without_outcome": found.without_outcome,
        "requests": [receipt._asdict() for receipt in receipts],
        "entities": [each._asdict() for each in stored],
    }
    if last is None:
        text = f"No event of {source.name} was accepted in the last 14 days: send one to try it."
        command = source.command("send", "FILE", "--source", source.name)
        finding = Finding("no_events", text, command)
        return Section("last_events", document, ["None in the last 14 days."], [finding])
    shown = [f"{count} {name}" for name, count in totals.items() if count]
    lines = [
        f"The last one was accepted at {shown_time(last)}.",
        f"Since {shown_time(timestamp(since))}: {', '.join(shown) or 'none'}.",
        *_without_outcome(found.without_outcome),
    ]
    return Section("last_events", document, [*lines, *_listed(receipts, stored)])


def _without_outcome(count: int) -> list[str]:
    verb = "has" if count == 1 else "have"
    text = (
        f"{count_of(count, 'accepted event')} {verb} no outcome here: repeats within five minutes,"
        " which the topic ignores, or messages that wait."
    )
    return [text] if count else []


def _last(
    source: CheckedSource, running: Deployment, last_at: datetime
) -> tuple[list[Receipt], list[StoredEvent]]:
    receipts = read_receipts(running, source.name, last_at)
    since = before_receipt(receipts, last_at)
    return receipts, read_stored(running, source.name, source.current.entities, since)


def _listed(receipts: Sequence[Receipt], stored: Sequence[StoredEvent]) -> list[str]:
    """Return a line for each receipt and each entity, the newest first."""
    received: list[Any] = [
        f" {each.kind} {each.id} at {shown_time(each.time)}: {count_of(each.accepted, 'event')}"
        for each in reversed(receipts)
    ]
    entities = [
        f" {each.entity_name} {each.id} stored at {shown_time(each.stored_at)}, event"
        f" {each.event_id}"
        for each in reversed(stored)
    ]
    return [*received, *entities]

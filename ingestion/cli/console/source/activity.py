"""The part of the page that takes several calls: the last events, the refusals and findings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ingestion.cli.console.pages import Link
from ingestion.cli.console.source.checked import find_deployed_source
from ingestion.cli.console.urls import FILES, dead_letters_url, entity_url, trace_url, url_of
from ingestion.cli.dlq.names import QUARANTINED, REASONS
from ingestion.cli.environment import Deployment
from ingestion.cli.sources.check.gather import running_sections
from ingestion.cli.sources.check.refusal_findings import in_words
from ingestion.cli.sources.check.section import Finding, shown_time
from ingestion.event import RETRIES_EXHAUSTED
from ingestion.store.outcomes import MOVED_BY_QUEUE

_OUTCOMES = ("accepted", "ignored", "stored", "superseded", "duplicated", "without_outcome")


class Activity(NamedTuple):
    """What a source did since a time, and what must be fixed.

    `counts` are the outcomes; `requests`, `entities` and `refusals` are rows of tables.
    """

    last_accepted_at: str | None
    counts: Sequence[tuple[str, int]]
    requests: Sequence[Sequence[Any]]
    entities: Sequence[Sequence[Any]]
    refusals: Sequence[Sequence[Any]]
    dead_letters: int
    findings: Sequence[Finding]


def read_activity(deployment: Deployment, name: str, since: datetime) -> Activity | None:
    """Return the activity of a source, or None if it is not deployed."""
    source, _ = find_deployed_source(deployment, name)
    if source.running is None:
        return None
    sections = list(running_sections(source, source.running, since))
    events, refusals, state = (section.document for section in sections)
    return Activity(
        events["last_accepted_at"],
        [(outcome.replace("_", " "), events[outcome]) for outcome in _OUTCOMES],
        [_request_row(each) for each in reversed(events["requests"])],
        [_entity_row(each) for each in reversed(events["entities"])],
        list(_refusal_rows(name, refusals)),
        state["dead_letters"] or 0,
        [finding for section in sections for finding in section.findings],
    )


def _request_row(request: Mapping[str, Any]) -> list[Any]:
    found = Link(f"{request['kind']} {request['id']}", trace_url(request["id"]))
    return [shown_time(request["time"]), found, request["accepted"]]


def _entity_row(entity: Mapping[str, Any]) -> list[Any]:
    name, entity_id = entity["entity_name"], entity["id"]
    stored = Link(f"{name} {entity_id}", entity_url(name, entity_id))
    event = Link(entity["event_id"], trace_url(entity["event_id"]))
    return [shown_time(entity["stored_at"]), stored, event]


def _refusal_rows(source: str, refused: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield what was refused, the reason and the count. Dead letters lead to their page."""
    kinds = {
        "gateway": "requests, by API Gateway",
        "requests": "requests",
        "events": "events",
        "quarantined": "requests, quarantined",
        "dead_lettered": "events, dead-lettered",
    }
    for key, noun in kinds.items():
        for reason, count in sorted((refused[key] or {}).items()):
            words, listed = in_words(reason), _listed_reason(key, reason)
            url = dead_letters_url(source, reason=listed)
            yield [noun, Link(words, url) if listed else words, count]
    for key, noun in (("rows", "rows of files"), ("missing_columns", "columns of files")):
        if refused[key]:
            yield [noun, Link("see the reports", url_of(FILES, source=source)), refused[key]]


def _listed_reason(key: str, reason: str | int) -> str | None:
    """Return the reason that the dead letters have; None if their list would refuse it."""
    if key == "quarantined":
        return QUARANTINED
    if key != "dead_lettered":
        return None
    if reason == MOVED_BY_QUEUE:
        return RETRIES_EXHAUSTED
    return str(reason) if reason in REASONS else None

"""What a trace has found, in the order of time, with links to the pages that show more."""

from collections.abc import Iterator
from typing import NamedTuple

from ingestion.cli.audit.line import time_of
from ingestion.cli.audit.log import Line
from ingestion.cli.console.pages import Link
from ingestion.cli.console.urls import dead_letter_url, entity_url, upload_url
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.logs.line import LogLine
from ingestion.cli.trace.report import Report, dead_letter_text, history_text
from ingestion.syntax.times import timestamp

_NEVER = "9"  # Sorts behind all times.


class TimelineEntry(NamedTuple):
    """What was found: its time, which may be unknown, its kind, its text, and its page."""

    time: str
    kind: str
    text: str
    link: Link | None = None


def timeline_of(report: Report) -> list[TimelineEntry]:
    """Return all findings, the oldest first."""
    return sorted(_findings(report), key=lambda found: found.time or _NEVER)


def _findings(report: Report) -> Iterator[TimelineEntry]:
    if report.request:
        is_upload = report.request.kind == "upload"
        link = Link("The upload", upload_url(report.wanted)) if is_upload else None
        yield TimelineEntry(report.request.time, report.request.kind, report.request.shown, link)
    for version in report.versions:
        time = version.cause.stored_at if version.cause else ""
        is_stored = version.state not in ("deleted", "other_deletion", "not_stored")
        link = _entity_link(version.key) if is_stored else None
        yield TimelineEntry(time, "table", version.shown, link)
    yield from map(_dead_letter, report.dead_letters)
    yield from map(_line, report.lines)
    yield from map(_history, report.history)


def _dead_letter(found: DeadLetter) -> TimelineEntry:
    link = Link("The dead letter", dead_letter_url(found.queue, found.original_id))
    return TimelineEntry(timestamp(found.sent_at), "dead letter", dead_letter_text(found), link)


def _line(line: LogLine) -> TimelineEntry:
    key = line.document.get("entity_key")
    link = _entity_link(key) if isinstance(key, str) else None
    kind = "log" if line.level == "INFO" else "failure"
    return TimelineEntry(line.time, kind, line.shown.partition("  ")[2], link)


def _history(line: Line) -> TimelineEntry:
    return TimelineEntry(time_of(line), "operator", history_text(line))


def _entity_link(key: str) -> Link | None:
    name, _, entity_id = key.partition("#")
    return Link(f"{name} {entity_id}", entity_url(name, entity_id)) if entity_id else None

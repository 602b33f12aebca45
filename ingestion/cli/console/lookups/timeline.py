"""What a trace has found, in the order of time, with links to the pages that show more."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from ingestion.cli.audit.line import time_of
from ingestion.cli.audit.log import Line
from ingestion.cli.console.entities.links import entity_url
from ingestion.cli.console.pages import Link
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.logs.line import LogLine
from ingestion.cli.trace.report import Report, dead_letter_text, history_text
from ingestion.syntax.times import timestamp

_NEVER = "9"  # Sorts behind all times.


class Finding(NamedTuple):
    """A finding: its time, which may be unknown, its kind, its text, and the page that shows it."""

    time: str
    kind: str
    text: str
    link: Link | None = None


def timeline_of(report: Report) -> list[Finding]:
    """Return all findings, the oldest first."""
    return sorted(_findings(report), key=lambda found: found.time or _NEVER)


def _findings(report: Report) -> Iterator[Finding]:
    if report.request:
        is_upload = report.request.kind == "upload"
        link = Link("The upload", f"/files/{quote(report.wanted, safe='')}") if is_upload else None
        yield Finding(report.request.time, report.request.kind, report.request.shown, link)
    for version in report.versions:
        time = version.cause.stored_at if version.cause else ""
        is_stored = version.state not in ("deleted", "other_deletion", "not_stored")
        link = _entity_link(version.key) if is_stored else None
        yield Finding(time, "table", version.shown, link)
    yield from map(_dead_letter, report.dead_letters)
    yield from map(_line, report.lines)
    yield from map(_history, report.history)


def _dead_letter(found: DeadLetter) -> Finding:
    place = f"{quote(found.queue, safe='')}/{quote(found.original_id, safe='')}"
    link = Link("The dead letter", f"/dead-letters/{place}")
    return Finding(timestamp(found.sent_at), "dead letter", dead_letter_text(found), link)


def _line(line: LogLine) -> Finding:
    key = line.document.get("entity_key")
    link = _entity_link(key) if isinstance(key, str) else None
    kind = "log" if line.level == "INFO" else "failure"
    return Finding(line.time, kind, line.shown.partition("  ")[2], link)


def _history(line: Line) -> Finding:
    return Finding(time_of(line), "operator", history_text(line))


def _entity_link(key: str) -> Link | None:
    name, _, entity_id = key.partition("#")
    return Link(f"{name} {entity_id}", entity_url(name, entity_id)) if entity_id else None

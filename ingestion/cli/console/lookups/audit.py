"""The page that lists who changed what, as `ingest audit` does."""

from typing import Any, get_args

import typer
from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.audit.commands import AUDIT_SINCE
from ingestion.cli.audit.line import actor_of, subject_of, time_of
from ingestion.cli.audit.log import Action, Line
from ingestion.cli.audit.newest import read_newest
from ingestion.cli.console.pages import Link, page, shown_time
from ingestion.cli.console.parameters import choice, number, text
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import AUDIT, entity_url, trace_url, upload_url, url_of
from ingestion.cli.console.words import option_words
from ingestion.cli.options import parse_moment

PAGE_SIZE = 50
MAX_PAGES = 200
_MAX_LINES = MAX_PAGES * PAGE_SIZE  # A drop of many dead letters writes as many lines.
ACTIONS: tuple[Action, ...] = get_args(Action)


def show_audit(request: Request) -> Response:
    """Show a page of the lines of the audit log, the newest first."""
    action: Any = choice(request, "action", ["", *ACTIONS], "") or None
    since, number_of_page = text(request, "since"), number(request, "page")
    moment = parse_moment(since or AUDIT_SINCE)
    if number_of_page > MAX_PAGES:
        raise typer.BadParameter(f"the page shows the newest {_MAX_LINES:,} lines only")
    first = (number_of_page - 1) * PAGE_SIZE
    log = runtime_of(request).deployment.audit_log
    lines = read_newest(log, moment, action, first + PAGE_SIZE + 1)
    shown = lines[first : first + PAGE_SIZE]
    has_more = len(lines) > first + PAGE_SIZE
    given = {"action": action, "since": since}
    return page(
        request,
        "lookups/audit.html",
        title="Audit",
        command=["audit", *option_words(given)],
        rows=list(map(_row, shown)),
        where=f"{first + 1} to {first + len(shown)}" if shown else "",
        most=_MAX_LINES if has_more and number_of_page == MAX_PAGES else None,
        actions=ACTIONS,
        default_since=AUDIT_SINCE,
        before_url=_url(given, number_of_page - 1) if first else None,
        next_url=_url(given, number_of_page + 1)
        if has_more and number_of_page < MAX_PAGES
        else None,
        **given,
    )


def _row(line: Line) -> list[str | Link]:
    return [shown_time(time_of(line)), actor_of(line), line["action"], _subject(line)]


def _url(given: dict[str, str | None], number_of_page: int) -> str:
    return url_of(AUDIT, **given, page=number_of_page)


def _subject(line: Line) -> Link | str:
    """Return what the action was about, as a link to the page that shows it."""
    url, subject = _subject_url(line), subject_of(line)
    return Link(subject, url) if url and subject else subject


def _subject_url(line: Line) -> str | None:
    if line.get("upload_id"):
        return upload_url(str(line["upload_id"]))
    if line.get("entity_name") and line.get("entity_id"):
        return entity_url(str(line["entity_name"]), str(line["entity_id"]))
    if line.get("event_id"):
        return trace_url(str(line["event_id"]), since=AUDIT_SINCE)
    return None

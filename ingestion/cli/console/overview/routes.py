"""The URL of the overview, and the part of it that is kept current."""

from datetime import datetime
from typing import Any, NamedTuple

from anyio import from_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.cli.console.failures import sentence_of
from ingestion.cli.console.live.feed import View
from ingestion.cli.console.overview.repair import repair_page
from ingestion.cli.console.overview.rows import Row, SourceRow, row_of, source_row_of
from ingestion.cli.console.overview.selection import SORTS, OverviewSelection, selection_of
from ingestion.cli.console.pages import Link, page, render_fragment
from ingestion.cli.console.runtime import Runtime, runtime_of
from ingestion.cli.environment import Deployment
from ingestion.cli.status.findings.find import find_problems
from ingestion.cli.status.findings.finding import Finding
from ingestion.cli.status.parts import SOURCE, Kind
from ingestion.cli.status.reader import Snapshot

PROBLEMS_AT_ONCE = 10  # The others are behind a button, so that the tables stay near the top.


class Problem(NamedTuple):
    """What needs attention, the page that repairs it, and the command that does the same."""

    text: str
    level: str
    link: Link | None
    command: str


class Overview(NamedTuple):
    """What the overview shows."""

    read_at: datetime
    measured_at: datetime | None
    problems: list[Problem]
    sources: list[SourceRow]
    others: list[Row]
    total: int
    failure: str | None


def show_overview(request: Request) -> Response:
    """Show the whole environment."""
    runtime, selection = runtime_of(request), selection_of(request)
    if runtime.status.note_input():
        from_thread.run_sync(runtime.connections.wake)
    return page(
        request,
        "overview/overview.html",
        title="Overview",
        command=("status",),
        **_context(runtime.status.view(runtime.deployment), runtime, selection),
    )


def render_live(runtime: Runtime, selection: OverviewSelection, view: View) -> str:
    """Return the part of the overview that is kept current."""
    context = _context(view, runtime, selection)
    return render_fragment(runtime, "overview/live.html", **context)


def _context(view: View, runtime: Runtime, selection: OverviewSelection) -> dict[str, Any]:
    """Return what the templates need. Raises the error of the first read."""
    view.require_snapshot()
    overview = None
    if view.snapshot:
        failure = sentence_of(view.error) if view.error else None
        overview = _overview(view.snapshot, failure, runtime.deployment, selection)
    return {
        "overview": overview,
        "selection": selection,
        "sorts": SORTS,
        "problems_at_once": PROBLEMS_AT_ONCE,
    }


def _overview(
    snapshot: Snapshot, failure: str | None, deployment: Deployment, selection: OverviewSelection
) -> Overview:
    kinds = {status.name: status.kind for status in snapshot.statuses}
    findings = find_problems(snapshot)
    found = {finding.part for finding in findings}
    shown = [
        status for status in snapshot.statuses if selection.shown == "all" or status.name in found
    ]
    sources = selection.sorted([each for each in shown if each.kind == SOURCE], snapshot)
    return Overview(
        snapshot.read_at,
        snapshot.measured_at,
        [_problem(finding, kinds[finding.part], deployment) for finding in findings],
        [source_row_of(status, snapshot) for status in sources],
        [row_of(status, snapshot) for status in shown if status.kind != SOURCE],
        len(snapshot.statuses),
        failure,
    )


def _problem(finding: Finding, kind: Kind, deployment: Deployment) -> Problem:
    link, command = repair_page(finding, kind), finding.command(deployment)
    return Problem(finding.text, finding.level, link, command)


routes = [Route("/", show_overview)]

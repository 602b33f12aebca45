"""The page that shows what became of an event, a request or an upload, as `ingest trace` does."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.lookups.timeline import timeline_of
from ingestion.cli.console.pages import page
from ingestion.cli.console.parameters import text
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.words import argument_words, option_words
from ingestion.cli.entities.selection import require_source
from ingestion.cli.options import parse_moment
from ingestion.cli.trace import gather
from ingestion.cli.trace.commands import TRACE_SINCE, key_of, require_id
from ingestion.cli.trace.report import Report
from ingestion.cli.trace.search import TracedId

Json = dict[str, Any]


def show_trace(request: Request) -> Response:
    """Show all findings about an id, or the form that asks for one."""
    given = {name: text(request, name) for name in ("id", "entity", "source", "since")}
    report = _report(request, given) if given["id"] else None
    return page(
        request,
        "lookups/trace.html",
        title=f"Trace {given['id']}" if given["id"] else "Trace",
        status=200 if report is None or report.is_found else 404,
        command=_command(given),
        sources=list(runtime_of(request).deployment.queue_urls),
        report=report,
        timeline=timeline_of(report) if report else [],
        default_since=TRACE_SINCE,
        **given,
    )


def _report(request: Request, given: dict[str, str | None]) -> Report:
    runtime = runtime_of(request)
    deployment = runtime.deployment
    if given["source"]:
        require_source(deployment, given["source"])
    wanted = given["id"] or ""
    require_id(wanted)
    key = key_of(given["entity"]) if given["entity"] else None
    since = parse_moment(given["since"] or TRACE_SINCE)
    read = runtime.dead_letters.read_queues
    traced = TracedId(deployment, wanted, given["source"], since, read)
    versions = gather.versions(traced, key, scan=False, yes=False)
    return gather.report(traced, versions, has_scanned=False)


def _command(given: dict[str, str | None]) -> list[str]:
    if not given["id"]:
        return []
    options = option_words({name: given[name] for name in ("entity", "source", "since")})
    return ["trace", *options, *argument_words(given["id"])]

"""The page of a piece of work: its progress, then what was done or why it failed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ingestion.cli.console.failures import sentence_of
from ingestion.cli.console.pages import fragment, page
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import PROGRESS
from ingestion.cli.console.work import MAX_LINES, Act, Work
from ingestion.cli.output import ExitCode, exit_with_error


def start_work(
    request: Request,
    title: str,
    act: Act,
    back: str,
    *,
    series: str | None = None,
    subject: str | None = None,
) -> Response:
    """Start a piece of work, and lead to its page. See `WorkList.start`."""
    work = runtime_of(request).work.start(title, act, back, series=series, subject=subject)
    return RedirectResponse(work.url, 303)


def show_work(request: Request) -> Response:
    """Show a piece of work as a page."""
    work = _work_of(request)
    return page(request, "work.html", title=work.title, **_context(request, work))


def show_progress(request: Request) -> Response:
    """Show the progress of a piece of work, as a part of its page."""
    context = _context(request, _work_of(request))
    response = fragment(request, "work_progress.html", **context)
    if context["is_done"]:  # A new element, because an element that stays keeps its timer.
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def _work_of(request: Request) -> Work:
    work = runtime_of(request).work.find(request.path_params["id"])
    return work or exit_with_error(
        "this console has no record of the work: it was started again, or the work is old."
        " Audit shows what was done",
        ExitCode.NOT_FOUND,
    )


def _context(request: Request, work: Work) -> dict[str, Any]:
    is_done = work.future.done() and not work.future.cancelled()
    error = work.future.exception() if is_done else None
    return {
        "work": work,
        "lines": list(work.progress.lines),
        "max_lines": MAX_LINES,
        "blocking": runtime_of(request).work.blocking(work),
        "is_done": is_done,
        "sentences": work.future.result() if is_done and not error else [],
        "failure": sentence_of(error) if error else None,
    }


routes = [
    Route(f"{PROGRESS}/{{id}}", show_work),
    Route(f"{PROGRESS}/{{id}}/part", show_progress),
]

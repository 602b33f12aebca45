"""The URLs of a source: its page, the part of it that takes longer, and its actions."""

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.catalog import OPERATOR
from ingestion.cli.console.forms import Form, with_form
from ingestion.cli.console.pages import fragment, page
from ingestion.cli.console.parameters import text, whole_number
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.source.activity import read_activity
from ingestion.cli.console.source.controls import ACTIONS, ControlledSource, SourceAction
from ingestion.cli.console.source.shown_source import read_source
from ingestion.cli.console.urls import SOURCES, source_url
from ingestion.cli.console.work import Progress
from ingestion.cli.console.work_pages import start_work
from ingestion.cli.options import parse_past_moment
from ingestion.cli.sources.check.command import CHECK_SINCE
from ingestion.cli.sources.commands import DEFAULT_RETRY_AFTER_SECONDS
from ingestion.store.closed_sources import MAX_RETRY_AFTER_SECONDS

_AGES = ("1h", "24h", "7d")


def show_source(request: Request) -> Response:
    """Show a source."""
    deployment, name = runtime_of(request).deployment, request.path_params["name"]
    since = text(request, "since") or CHECK_SINCE
    parse_past_moment(since)
    return page(
        request,
        "source/source.html",
        title=name,
        command=("source", "check", name, *([] if since == CHECK_SINCE else ["--since", since])),
        source=read_source(deployment, name),
        since=since,
        ages=_AGES,
        is_operator=name == OPERATOR,
    )


def show_activity(request: Request) -> Response:
    """Show what a source did lately, as a part of its page."""
    deployment, name = runtime_of(request).deployment, request.path_params["name"]
    since = text(request, "since") or CHECK_SINCE
    found = read_activity(deployment, name, parse_past_moment(since))
    return fragment(request, "source/activity.html", name=name, activity=found, since=since)


def _preview(action: SourceAction, request: Request) -> Response:
    """Show what an action will do."""
    source = _controlled(request, DEFAULT_RETRY_AFTER_SECONDS)
    action.require(source.deployment, source.name)
    word = action.title.lower()
    already = None if word == "close" else action.already(source)
    options = ("--retry-after", str(DEFAULT_RETRY_AFTER_SECONDS)) if word == "close" else ()
    return page(
        request,
        "source/action.html",
        title=f"{action.title} {source.name}",
        command=(word, source.name, *options),
        already=already,
        sentences=[] if already else list(action.preview(source)),
        action=action,
        name=source.name,
        asks_seconds=word == "close",
        retry_after=DEFAULT_RETRY_AFTER_SECONDS,
        most=MAX_RETRY_AFTER_SECONDS,
    )


def _act(action: SourceAction, request: Request, form: Form) -> Response:
    """Do an action as a piece of work."""
    given = form.get("retry_after", str(DEFAULT_RETRY_AFTER_SECONDS))
    seconds = whole_number("the seconds", given, 1, MAX_RETRY_AFTER_SECONDS)
    source = _controlled(request, seconds)
    action.require(source.deployment, source.name)

    def act(_: Progress) -> list[str]:
        already = action.already(source)
        return [f"{already} Nothing was changed." if already else action.act(source)]

    title, back = f"{action.title} {source.name}", source_url(source.name)
    subject = source_url(source.name, action.title.lower())
    return start_work(request, title, act, back, subject=subject)


def _controlled(request: Request, seconds: int) -> ControlledSource:
    return ControlledSource(runtime_of(request).deployment, request.path_params["name"], seconds)


def _routes_of(word: str, action: SourceAction) -> list[Any]:
    path = f"{SOURCES}/{{name}}/{word}"
    return [
        Route(path, partial(_preview, action), methods=["GET"]),
        Route(path, with_form(partial(_act, action)), methods=["POST"]),
    ]


routes = [
    Route(f"{SOURCES}/{{name}}", show_source),
    Route(f"{SOURCES}/{{name}}/activity", show_activity),
    *(route for word, action in ACTIONS.items() for route in _routes_of(word, action)),
]

"""Renders the pages: each has the navigation, and shows the command that does the same, if any."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ingestion.cli.console import urls
from ingestion.cli.console.outdated import is_outdated
from ingestion.cli.console.parameters import shows_personal
from ingestion.cli.console.runtime import Runtime, runtime_of
from ingestion.cli.counts import count_of
from ingestion.cli.status.durations import short_duration
from ingestion.errors import printable

NAVIGATION = {
    "/": "Overview",
    urls.DEAD_LETTERS: "Dead letters",
    urls.FILES: "Files",
    urls.ENTITIES: "Entities",
    urls.SEARCH: "Search",
    urls.TRACE: "Trace",
    urls.AUDIT: "Audit",
}

SHORT_WORD = 18  # Characters: as `retries_exhausted`, but not as an id of 20 or more.


class Link(NamedTuple):
    """A cell of a table that leads to another page."""

    text: str
    url: str


def page(
    request: Request,
    template: str,
    *,
    title: str,
    command: Sequence[str] = (),
    status: int = 200,
    **context: Any,
) -> HTMLResponse:
    """Return a whole page. `command` holds the words of the `ingest` command that does the same."""
    runtime = runtime_of(request)
    shown = runtime.deployment.command(*command) if command else None
    text = _render(template, **_frame(request, runtime), title=title, command=shown, **context)
    return HTMLResponse(text, status)


def fragment(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a part of a page, with which htmx replaces the part that it requested."""
    return HTMLResponse(render_fragment(runtime_of(request), template, **context), status)


def render_fragment(runtime: Runtime, template: str, **context: Any) -> str:
    """Return a part of a page as text."""
    return _render(template, environment=runtime.deployment.environment, **context)


def refusal_page(status: int, sentence: str) -> HTMLResponse:
    """Return a page without navigation, for a browser without a session."""
    return HTMLResponse(_render("refused.html", sentence=sentence), status)


def _frame(request: Request, runtime: Runtime) -> dict[str, Any]:
    """Return what the layout of every page needs."""
    parts = [part for part in NAVIGATION if part != "/" and request.url.path.startswith(part)]
    others = [pair for pair in request.query_params.multi_items() if pair[0] != "personal"]
    has_personal = getattr(request.state, "may_show_personal", False)
    is_shown = has_personal and shows_personal(request)
    toggled = urlencode([*others, *([] if is_shown else [("personal", "1")])])
    return {
        "environment": runtime.deployment.environment,
        "region": runtime.deployment.region,
        "is_local": runtime.deployment.endpoint_url is not None,
        "is_outdated": is_outdated(runtime.deployment),
        "has_old_entities": runtime.entities.have_changed,
        "navigation": NAVIGATION,
        "current": parts[0] if parts else "/",
        "has_personal": has_personal,
        "shows_personal": is_shown,
        "personal_url": f"{request.url.path}?{toggled}",
    }


def _render(template: str, **context: Any) -> str:
    return _templates().get_template(template).render(context)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("ingestion.cli.console"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"exact": _exact, "time": shown_time, "age": _age, "json": _json}
    environment.filters |= {"wrapping": _wrapping, "grouped": "{:,}".format, "count_of": count_of}
    environment.tests["link"] = lambda value: isinstance(value, Link)
    environment.globals["urls"] = urls
    return environment


def _printable(value: Any) -> Any:
    """Replace the characters of a text that could change how a page is read."""
    if value is None:
        return ""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return "\n".join(map(printable, value.replace("\t", "    ").splitlines()))


def _wrapping(value: Any) -> str:
    """Return the class of a cell without long words. Its words do not break in the middle."""
    text = value.text if isinstance(value, Link) else str(value)
    return "short" if all(len(word) <= SHORT_WORD for word in text.split()) else ""


def _exact(text: str) -> Markup:
    """Return a text with all its characters, for a field in which the operator edits it."""
    return escape(text)


def shown_time(moment: datetime | str | None) -> str:
    """Return a time to the second, in UTC."""
    if not moment:
        return ""
    parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{parsed.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def _age(seconds: float | None) -> str:
    """Return a duration in short, such as 5m."""
    return "" if seconds is None else short_duration(seconds)


def _json(value: Any) -> str:
    """Return a value as JSON on several lines."""
    return to_json(value, indent=2, bytes_mode="base64").decode()

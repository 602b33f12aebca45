"""The page that finds entities and documents by their words, as `ingest search` does."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

import entities
from ingestion.cli.client.api_reader import NotRead
from ingestion.cli.console.entities.links import uploaded_file_url
from ingestion.cli.console.pages import page
from ingestion.cli.console.parameters import personal_parameter, shows_personal, text
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import SEARCH, entity_url, url_of
from ingestion.cli.console.words import argument_words, option_words, personal_words
from ingestion.cli.search.finding import without_personal_data

PAGE_SIZE = 20

Json = dict[str, Any]


def show_search(request: Request) -> Response:
    """Show the hits of a query with the words marked, or the place of a fault in the query."""
    given = {name: text(request, name) for name in ("q", "entity", "source")}
    found: Json = {"items": [], "next_cursor": None}
    fault = None
    if given["q"]:
        try:
            found = _search(request, given)
        except NotRead as error:
            fault = _fault(given["q"], error)
    personal = personal_parameter(request)
    cursor, after = text(request, "cursor"), found["next_cursor"]
    return page(
        request,
        "lookups/search.html",
        title="Search",
        status=422 if fault else 200,
        command=_command(request, given),
        names=list(entities.models()),
        sources=list(runtime_of(request).deployment.queue_urls),
        hits=[_hit(each, personal) for each in found["items"]],
        fault=fault,
        first_url=url_of(SEARCH, **given, personal=personal) if cursor else None,
        next_url=url_of(SEARCH, **given, personal=personal, cursor=after) if after else None,
        **given,
    )


def _search(request: Request, given: dict[str, str | None]) -> Json:
    runtime = runtime_of(request)
    query = {**given, "cursor": text(request, "cursor"), "limit": str(PAGE_SIZE)}
    return runtime.search.search(runtime.deployment, query)


def _fault(query: str, error: NotRead) -> Json:
    """Return why the API refuses the query, and the query before, at and after the fault."""
    position = error.document.get("position")
    if not isinstance(position, int):
        return {"sentence": str(error), "parts": None}
    at = max(position - 1, 0)
    parts = (query[:at], query[at : at + 1], query[at + 1 :])
    return {"sentence": error.document.get("detail", str(error)), "parts": parts}


def _hit(found: Json, personal: int | None) -> Json:
    shown = found if personal else without_personal_data(found)
    event = found["event"] or {}
    return {
        "name": found["entity_name"],
        "id": found["id"],
        "url": entity_url(found["entity_name"], found["id"], personal=personal),
        "upload_url": uploaded_file_url(found),
        "highlights": shown["highlights"],
        "source": event.get("source", ""),
        "time": event.get("time"),
    }


def _command(request: Request, given: dict[str, str | None]) -> list[str]:
    if not given["q"]:
        return []
    options = option_words({name: given[name] for name in ("entity", "source")})
    personal = personal_words(is_shown=shows_personal(request))
    return ["search", "for", *options, *personal, *argument_words(given["q"])]

"""The page that lists the entities of a name, as `ingest list` does."""

from typing import Any, cast, get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

import entities
from ingestion.cli import redact_output
from ingestion.cli.console.entities.links import field_cell, shortened
from ingestion.cli.console.entities.reading import PAGE_SIZE, read_items
from ingestion.cli.console.pages import Link, page, shown_time
from ingestion.cli.console.parameters import (
    choice,
    personal_parameter,
    shows_personal,
    text,
)
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import entity_url, url_of
from ingestion.cli.console.words import argument_words, option_words, personal_words
from ingestion.cli.entities.reading import EVENT_COLUMNS, event_cells
from ingestion.cli.entities.selection import REINDEX, Order, Selection, require_source
from ingestion.cli.entities.stored_entity import model_and_stored_fields, note_of_stored
from ingestion.cli.environment import Deployment
from ingestion.cli.options import parse_moment
from ingestion.cli.tables import choose_columns

_MAX_FIELDS = 6  # Shown unless the page names its columns.
_ORDERS: tuple[Order, ...] = get_args(Order)

Json = dict[str, Any]


def list_entities(request: Request) -> Response:
    """Show a page of the entities of a name, or the names to choose from."""
    name = text(request, "entity")
    if name is None:
        return _choose_entity(request)
    if entity_id := text(request, "open"):
        return RedirectResponse(
            entity_url(name, entity_id, personal=personal_parameter(request)), 303
        )
    deployment = runtime_of(request).deployment
    note = note_of_stored(deployment, name)
    since = text(request, "since")
    moment = parse_moment(since) if since else None
    sort = _sort(request)
    selection = Selection(deployment, name, text(request, "source"), moment, sort)
    found = _read(deployment, selection, since, text(request, "cursor"))
    columns, rows = _table(request, name, found["items"])
    return page(
        request,
        "entities/list.html",
        title=name,
        command=_command(request, name),
        note=note,
        advice=selection.advice,
        reindex=deployment.command(*REINDEX),
        columns=columns,
        rows=rows,
        empty=_empty(found),
        **_page_urls(request, found["next_cursor"]),
        **_order(request, name, selection),
        **_filters(request, deployment, name),
    )


def _read(
    deployment: Deployment, selection: Selection, since: str | None, cursor: str | None
) -> Json:
    """Read a page. The page fails if the source is unknown and has no entities."""
    source = selection.source
    found = read_items(
        ["console", selection.entity, source, since, selection.sort],
        cursor,
        lambda position: selection.steps(position, PAGE_SIZE + 1),
        is_filtered=bool(source or since),
    )
    if source and source not in deployment.queue_urls and not (found["items"] or _is_later(found)):
        require_source(deployment, source)
    return found


def _choose_entity(request: Request) -> Response:
    models = entities.models().items()
    names = [
        (name, (model.__doc__ or "").partition("\n")[0].replace("`", "")) for name, model in models
    ]
    return page(request, "entities/choose.html", title="Entities", names=names)


def _is_later(found: Json) -> bool:
    return found["next_cursor"] is not None


def _empty(found: Json) -> str:
    if _is_later(found):
        return "No match so far. Choose Next to read more."
    return "No entity matches."


def _table(request: Request, name: str, items: list[Json]) -> tuple[list[str], list[list[Any]]]:
    """Return the columns and the rows of the list."""
    if not shows_personal(request):
        items = list(map(redact_output.stored_data, items))
    fields = model_and_stored_fields(items, name)
    wanted = text(request, "columns")
    if wanted is None:
        fields = fields[:_MAX_FIELDS]
    rows = [_row(request, name, fields, each) for each in items]
    columns, chosen = choose_columns(([*fields, *EVENT_COLUMNS], rows), wanted)
    return list(columns), list(map(list, chosen))


def _row(request: Request, name: str, fields: list[str], item: Json) -> list[Any]:
    cells = [shortened(field_cell(name, field, item["entity"].get(field))) for field in fields]
    model = entities.models().get(name)
    id_field = model.id_field() if model else ""
    url = entity_url(name, item["id"], personal=personal_parameter(request))
    cells = [
        Link(item["id"], url) if field == id_field else cell
        for field, cell in zip(fields, cells, strict=True)
    ]
    if id_field not in fields:
        cells[:1] = [Link(str(cells[0]) or item["id"], url)] if cells else []
    time, changed, source = event_cells(item)
    return [*cells, shown_time(time), shown_time(changed), source or ""]


def _filters(request: Request, deployment: Deployment, name: str) -> Json:
    return {
        "entity": name,
        "names": list(dict.fromkeys([*entities.models(), name])),
        "sources": list(dict.fromkeys([*deployment.queue_urls, *_given(request, "source")])),
        "source": text(request, "source"),
        "since": text(request, "since"),
        "chosen_columns": text(request, "columns"),
        "personal": personal_parameter(request),
    }


def _given(request: Request, name: str) -> list[str]:
    """Return the value of a parameter, if there is one: a removed source may have entities."""
    value = text(request, name)
    return [value] if value else []


def _command(request: Request, name: str) -> list[str]:
    parameters = {
        "source": "source",
        "changed-since": "since",
        "sort": "sort",
        "columns": "columns",
    }
    options = {option: text(request, parameter) for option, parameter in parameters.items()}
    personal = personal_words(is_shown=shows_personal(request))
    return ["list", *option_words(options), *personal, *argument_words(name)]


def _sort(request: Request) -> Order | None:
    """Return the order that the URL asks for. Raises typer.BadParameter."""
    given = text(request, "sort")
    if given is None:
        return None
    return cast("Order", choice(request, "sort", _ORDERS, given))


def _order(request: Request, name: str, selection: Selection) -> Json:
    """Return the order of the list, and the URLs that sort it by a column."""
    model = entities.models().get(name)
    by_id = model.id_field() if model else ""
    is_by_time = selection.since and not selection.advice
    shown = selection.sort or ("changed" if is_by_time else "id")
    others = {key: value for key, value in request.query_params.items() if value}
    others.pop("cursor", None)  # It is of this order.
    return {
        "sort": shown,
        "chosen_sort": selection.sort,
        "sort_names": {by_id: "id", "changed": "changed"},
        "sort_urls": {
            each: url_of(
                request.url.path, **others | {"sort": f"-{each}" if shown == each else each}
            )
            for each in ("id", "changed")
        },
    }


def _page_urls(request: Request, next_cursor: str | None) -> Json:
    """Return the URLs of the first page and of the next one; None for a page that is not there."""
    given = {name: value for name, value in request.query_params.items() if value}
    path, cursor = request.url.path, given.pop("cursor", None)
    return {
        "first_url": url_of(path, **given) if cursor else None,
        "next_url": url_of(path, **given, cursor=next_cursor) if next_cursor else None,
    }

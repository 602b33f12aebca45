"""The commands that read entities: one, lists, what is related, and whole exports."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Literal

import rich.progress
import typer
from pydantic import TypeAdapter, ValidationError

import entities
from entities import fields
from entities.base import Entity
from ingestion.cli import masking
from ingestion.cli.environment import Checkout, Deployment
from ingestion.cli.export import open_whole, write_csv, write_json_lines
from ingestion.cli.options import Env, Limit, Output, Shown, ShowPersonal, moment
from ingestion.cli.output import Code, print_data, stop, talk
from ingestion.event import timestamp
from ingestion.store import relations
from ingestion.store.reader import Filter, Reader, Step

Json = dict[str, Any]
Format = Literal["csv", "jsonl"]

app = typer.Typer()
_entity_id = TypeAdapter(fields.EntityId)

EntityName = Annotated[str, typer.Argument(metavar="ENTITY", help="Such as EQUIPMENT.")]
EntityId = Annotated[str, typer.Argument(metavar="ID")]
Source = Annotated[
    str | None, typer.Option(help="Those whose last event is of this source; or operator.")
]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--changed-since",
        parser=moment,
        help="Those that changed in the table since: 30m, 2h, 7d, or 2026-01-31T12:00:00Z.",
    ),
]


def model_of(name: str) -> type[Entity]:
    """The model of an entity; the command ends where there is none."""
    if name not in entities.models():
        stop(f"unknown entity {name!r}: there are {', '.join(entities.models())}")
    return entities.models()[name]


def _find(checkout: Checkout, env: str, entity: str, entity_id: str) -> tuple[Reader, Json]:
    """The one entity that is meant, and who read it; the command ends where there is none."""
    model_of(entity)
    reader = Deployment.load(env, checkout).reader()
    try:
        found = reader.get(entity, _entity_id.validate_python(entity_id))
    except ValidationError:  # No entity has an unsound id.
        found = None
    if found is None:
        stop(f"{env} has no {entity} {entity_id!r}", Code.NOT_FOUND)
    return reader, found


def _seen(found: Json, show_personal: bool) -> Json:
    return found if show_personal else masking.found(found)


def _all_seen(steps: Iterable[Step], show_personal: bool) -> Iterator[Json]:
    return (_seen(step.found, show_personal) for step in steps if step.found)


def _filter(source: str | None, since: datetime | None) -> Filter:
    return Filter(source, timestamp(since) if since else None)


@app.command()
def get(
    context: typer.Context,
    entity: EntityName,
    entity_id: EntityId,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    output: Shown = "table",
) -> None:
    """Show one entity and the event that made it so."""
    found = _seen(_find(context.obj, env, entity, entity_id)[1], show_personal)
    event = {f"event {name}": it for name, it in (found["event"] or {}).items()}
    print_data(output, found, (["field", "value"], (found["entity"] | event).items()))


@app.command(name="list")
def list_entities(
    context: typer.Context,
    entity: EntityName,
    source: Source = None,
    changed_since: Since = None,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List entities by the index EntityNameIndex, ordered by id."""
    columns = list(model_of(entity).model_fields)
    reader = Deployment.load(env, context.obj).reader()
    steps = reader.all_of(entity, _filter(source, changed_since))

    def row(it: Json) -> list[Any]:
        return [*map(it["entity"].get, columns), (it["event"] or {}).get("time")]

    _print_some(_all_seen(steps, show_personal), limit, output, [*columns, "time"], row)


@app.command()
def related(
    context: typer.Context,
    entity: EntityName,
    entity_id: EntityId,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List what an entity refers to, and what refers to it, each by its index."""
    reader, of = _find(context.obj, env, entity, entity_id)
    found = _all_seen(relations.related(reader, of), show_personal)
    columns = ["direction", "field", "entity_name", "id"]

    def row(it: Json) -> list[Any]:
        return [*map(it.get, columns), "missing" if it["entity"] is None else ""]

    _print_some(found, limit, output, [*columns, ""], row)


def _print_some(
    found: Iterator[Json],
    limit: int,
    output: Output,
    columns: list[str],
    row: Callable[[Json], list[Any]],
) -> None:
    items = list(islice(found, limit or None))
    print_data(output, items, (columns, map(row, items)))
    if limit and next(found, None) is not None:
        talk.print(f"… there are more than {limit}: see --limit")


@app.command()
def export(
    context: typer.Context,
    entity: EntityName,
    file_format: Annotated[Format, typer.Option("--format", help="csv or jsonl.")] = "jsonl",
    to: Annotated[str, typer.Option(metavar="FILE", help="Where to; - for stdout.")] = "-",
    source: Source = None,
    changed_since: Since = None,
    with_event: Annotated[
        bool, typer.Option("--with-event", help="In CSV, also the columns of the event.")
    ] = False,
    show_personal: ShowPersonal = False,
    env: Env = "local",
) -> None:
    """Write all entities of a name, page by page, with progress on stderr."""
    model = model_of(entity)
    reader = Deployment.load(env, context.obj).reader()
    steps = reader.all_of(entity, _filter(source, changed_since))
    try:
        with open_whole(to) as out, _progress(is_hidden=out.isatty()) as progress:
            found = progress.track(_all_seen(steps, show_personal), description=entity)
            if file_format == "csv":
                write_csv(found, out, model, with_event)
            else:
                write_json_lines(found, out)
    except OSError as error:
        stop(f"{to}: {error.strerror}")
    talk.print(f"exported {progress.tasks[0].completed:.0f} {entity}")


def _progress(*, is_hidden: bool) -> rich.progress.Progress:
    """A count where people see it, unless they see what is written."""
    columns = (rich.progress.SpinnerColumn(), "{task.completed} {task.description}")
    is_hidden = is_hidden or not talk.is_terminal
    return rich.progress.Progress(*columns, console=talk, transient=True, disable=is_hidden)

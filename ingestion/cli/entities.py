"""The commands that read entities: one, lists, what is related, and whole exports."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, TextIO, cast

import rich.progress
import typer
from pydantic import TypeAdapter, ValidationError

import entities
from entities import fields
from entities.base import Entity
from ingestion.cli import masking
from ingestion.cli.environment import Checkout, Deployment
from ingestion.cli.export import write_csv, write_json_lines
from ingestion.cli.output import (
    NOT_FOUND,
    WRONG_USAGE,
    Env,
    Output,
    Shown,
    ShowPersonal,
    moment,
    print_json,
    print_table,
    stop,
    talk,
)
from ingestion.event import timestamp
from ingestion.store import relations
from ingestion.store.reader import Filter, Reader

Json = dict[str, Any]

app = typer.Typer()
_entity_id = TypeAdapter(fields.EntityId)

EntityName = Annotated[str, typer.Argument(metavar="ENTITY", help="Such as EQUIPMENT.")]
EntityId = Annotated[str, typer.Argument(metavar="ID")]
Limit = Annotated[int, typer.Option(help="At most so many; 0 for all.", min=0)]
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


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON_LINES = "jsonl"


def model_of(name: str) -> type[Entity]:
    """The model of an entity; the command ends where there is none."""
    if name not in entities.models():
        stop(f"unknown entity {name!r}: there are {', '.join(entities.models())}", WRONG_USAGE)
    return entities.models()[name]


def _reader(checkout: Checkout, env: str) -> Reader:
    deployment = Deployment.load(env, checkout)
    return Reader(deployment.client("dynamodb"), deployment.table_name)


def _find(checkout: Checkout, env: str, entity: str, entity_id: str) -> tuple[Reader, Json]:
    """The one entity that is meant, and who read it; the command ends where there is none."""
    model_of(entity)
    reader = _reader(checkout, env)
    try:
        found = reader.get(entity, _entity_id.validate_python(entity_id))
    except ValidationError:  # No entity has an unsound id.
        found = None
    if found is None:
        stop(f"{env} has no {entity} {entity_id!r}", NOT_FOUND)
    return reader, found


@app.command()
def get(
    context: typer.Context,
    entity: EntityName,
    entity_id: EntityId,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    output: Shown = Output.TABLE,
) -> None:
    """Show one entity and the event that made it so."""
    found = _seen(_find(context.obj, env, entity, entity_id)[1], show_personal)
    if output is Output.JSON:
        print_json(found)
    else:
        event = found["event"] or {}
        rows = found["entity"] | {f"event {name}": it for name, it in event.items()}
        print_table(["field", "value"], rows.items())


def _seen(found: Json, show_personal: bool) -> Json:
    return found if show_personal else masking.found(found)


def _all(
    reader: Reader,
    entity: str,
    source: str | None,
    since: datetime | None,
    show_personal: bool,
) -> Iterator[Json]:
    chosen = Filter(source, timestamp(since) if since else None)
    steps = reader.all_of(entity, chosen)
    return (_seen(step.found, show_personal) for step in steps if step.found)


@app.command(name="list")
def list_entities(
    context: typer.Context,
    entity: EntityName,
    source: Source = None,
    changed_since: Since = None,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    limit: Limit = 100,
    output: Shown = Output.TABLE,
) -> None:
    """List entities by the index EntityNameIndex, ordered by id."""
    columns = list(model_of(entity).model_fields)
    found = _all(_reader(context.obj, env), entity, source, changed_since, show_personal)
    items = list(islice(found, limit or None))
    if output is Output.JSON:
        print_json(items)
    else:
        rows = [[*map(it["entity"].get, columns), (it["event"] or {}).get("time")] for it in items]
        print_table([*columns, "time"], rows)
    _tell_of_more(found, limit)


def _tell_of_more(found: Iterator[Json], limit: int) -> None:
    if limit and next(found, None) is not None:
        talk.print(f"… there are more than {limit}: see --limit")


@app.command()
def related(
    context: typer.Context,
    entity: EntityName,
    entity_id: EntityId,
    show_personal: ShowPersonal = False,
    env: Env = "local",
    limit: Limit = 100,
    output: Shown = Output.TABLE,
) -> None:
    """List what an entity refers to, and what refers to it, each by its index."""
    reader, of = _find(context.obj, env, entity, entity_id)
    steps = relations.related(reader, of)
    found = (_seen(step.found, show_personal) for step in steps if step.found)
    items = list(islice(found, limit or None))
    if output is Output.JSON:
        print_json(items)
    else:
        columns = ["direction", "field", "entity_name", "id"]
        there = {True: "", False: "missing"}
        rows = [[*(it[name] for name in columns), there[it["entity"] is not None]] for it in items]
        print_table([*columns, ""], rows)
    _tell_of_more(found, limit)


@app.command()
def export(
    context: typer.Context,
    entity: EntityName,
    file_format: Annotated[Format, typer.Option("--format", help="csv or jsonl.")] = (
        Format.JSON_LINES
    ),
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
    count = Counter[str]()
    with _output(to) as out:
        found = _all(_reader(context.obj, env), entity, source, changed_since, show_personal)
        found = _counted(found, entity, count, is_hidden=out.isatty() or not talk.is_terminal)
        if file_format is Format.CSV:
            write_csv(found, out, model, with_event)
        else:
            write_json_lines(found, out)
    talk.print(f"exported {count[entity]} {entity}")


def _counted(
    found: Iterable[Json], what: str, count: Counter[str], *, is_hidden: bool
) -> Iterator[Json]:
    """The same, counted where people see it, unless they see what is written, or nothing."""
    columns = (rich.progress.SpinnerColumn(), "{task.completed} {task.description}")
    with rich.progress.Progress(
        *columns, console=talk, transient=True, disable=is_hidden
    ) as progress:
        for it in progress.track(found, description=what):
            count[what] += 1
            yield it


@contextmanager
def _output(to: str) -> Iterator[TextIO]:
    """Where an export goes: a file is there when it is whole, and not before."""
    if to == "-":
        yield sys.stdout
        return
    file = Path(to).resolve()  # A link stays one.
    try:
        if file.exists() and not file.is_file():  # A pipe, or a device.
            with file.open("w", encoding="utf-8", newline="") as out:
                yield out
            return
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=file.parent, prefix=f".{file.name}."
        ) as unfinished:
            yield cast("TextIO", unfinished)
            unfinished.flush()
            _put_in_place(Path(unfinished.name), file)
    except OSError as error:
        stop(f"{to}: {error.strerror}", WRONG_USAGE)


def _put_in_place(unfinished: Path, file: Path) -> None:
    """Give what was written its name, and the rights that a file of that name would have."""
    umask = os.umask(0)
    os.umask(umask)
    unfinished.chmod(file.stat().st_mode if file.exists() else 0o666 & ~umask)
    unfinished.replace(file)
    unfinished.touch()  # For NamedTemporaryFile to delete.

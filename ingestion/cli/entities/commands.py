"""The commands that read entities: schema, get, list, related and export."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Literal

import typer
from pydantic import TypeAdapter, ValidationError

import entities
from entities import fields
from ingestion.cli import redact_output
from ingestion.cli.entities.export import open_atomic, write_csv
from ingestion.cli.entities.stored_entity import (
    ExportNotes,
    known_entity,
    model_and_stored_fields,
    model_fields_of,
    require_stored,
)
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Env, Limit, Output, Shown, ShowPersonal, parse_moment
from ingestion.cli.output import (
    Content,
    ExitCode,
    console,
    exit_with_error,
    json_text,
    open_progress,
    print_data,
    print_json,
)
from ingestion.cli.start.completion import complete_entity, complete_source
from ingestion.openapi.schemas import schema_document
from ingestion.store import relations
from ingestion.store.reader import Filter, Step
from ingestion.store.time_index import TimeIndex
from ingestion.times import timestamp

Json = dict[str, Any]
ExportFormat = Literal["csv", "jsonl"]

_entity_id = TypeAdapter(fields.EntityId)

IdArgument = Annotated[str, typer.Argument(metavar="ID")]
SourceFilter = Annotated[
    str | None,
    typer.Option(
        help="Only entities whose last event is from this source.", autocompletion=complete_source
    ),
]
ChangedSince = Annotated[
    datetime | None,
    typer.Option(
        "--changed-since",
        parser=parse_moment,
        help="Only entities that changed since 30m, 2h, 7d or 2026-01-31T12:00:00Z.",
    ),
]


EntityArgument = Annotated[
    str,
    typer.Argument(
        metavar="ENTITY",
        parser=known_entity,
        autocompletion=complete_entity,
        help="Such as EQUIPMENT.",
    ),
]
StoredName = Annotated[
    str,
    typer.Argument(
        metavar="ENTITY",
        autocompletion=complete_entity,
        help="Such as EQUIPMENT; a removed entity too.",
    ),
]


def _find_entity(deployment: Deployment, name: str, entity_id: str) -> Json:
    """Return the entity with this id. The command ends if there is none."""
    try:
        found = deployment.reader().get_entity(name, _entity_id.validate_python(entity_id))
    except ValidationError:  # No entity has an invalid id.
        found = None
    if found is None:
        exit_with_error(f"{deployment.environment} has no {name} {entity_id!r}", ExitCode.NOT_FOUND)
    return found


def _redact_entities(steps: Iterable[Step], show_personal: bool) -> Iterator[Json]:
    found = (step.found for step in steps if step.found)
    return found if show_personal else map(redact_output.stored_data, found)


def _selected_entities(
    deployment: Deployment, name: str, source: str | None, since: datetime | None
) -> Iterator[Step]:
    """Return the entities of a name by id, or those that changed since a time by time."""
    reader = deployment.reader()
    if since is None:
        return reader.all_of(name, Filter(source))
    index = TimeIndex(reader)
    if not index.is_complete():
        console.print(f"This reads all {name}. To read only what changed, run once:")
        console.print(f"ingest entities reindex --env {deployment.environment}")
    return index.changed_entities(name, Filter(source, timestamp(since)))


def schema(entity: EntityArgument) -> None:
    """Print what the API accepts as an entity, as JSON Schema 2020-12."""
    print_json(schema_document(entities.models()[entity]))


def get(
    deployment: Env,
    entity: StoredName,
    entity_id: IdArgument,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Show one entity and its last event."""
    require_stored(deployment, entity)
    found = _find_entity(deployment, entity, entity_id)
    if not show_personal:
        found = redact_output.stored_data(found)
    event = {f"event {name}": value for name, value in (found["event"] or {}).items()}
    print_data(output, found, (["field", "value"], (found["entity"] | event).items()))


def list_entities(
    deployment: Env,
    entity: StoredName,
    source: SourceFilter = None,
    changed_since: ChangedSince = None,
    show_personal: ShowPersonal = False,
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List the entities of a name, ordered by id, or by time with --changed-since."""
    require_stored(deployment, entity)
    steps = _selected_entities(deployment, entity, source, changed_since)

    def table(items: list[Json]) -> Content:
        columns = model_and_stored_fields(items, entity)
        times = ((each["event"] or {}).get("time") for each in items)
        rows = (
            [*map(each["entity"].get, columns), at] for each, at in zip(items, times, strict=True)
        )
        return [*columns, "time"], rows

    _print_some(_redact_entities(steps, show_personal), limit, output, table)


def related(
    deployment: Env,
    entity: EntityArgument,
    entity_id: IdArgument,
    show_personal: ShowPersonal = False,
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List the entities that an entity refers to, and those that refer to it."""
    found = _find_entity(deployment, entity, entity_id)
    steps = relations.related_entities(deployment.reader(), found)
    columns = ["direction", "field", "entity_name", "id"]

    def table(items: list[Json]) -> Content:
        missing = ("missing" if each["entity"] is None else "" for each in items)
        rows = ([*map(each.get, columns), text] for each, text in zip(items, missing, strict=True))
        return [*columns, ""], rows

    _print_some(_redact_entities(steps, show_personal), limit, output, table)


def _print_some(
    found: Iterator[Json], limit: int, output: Output, table: Callable[[list[Json]], Content]
) -> None:
    items = list(islice(found, limit or None))
    print_data(output, items, table(items))
    if limit and next(found, None) is not None:
        console.print(f"… there are more than {limit}: see --limit")


def export(
    deployment: Env,
    entity: StoredName,
    file_format: Annotated[ExportFormat, typer.Option("--format", help="csv or jsonl.")] = "jsonl",
    to: Annotated[str, typer.Option(metavar="FILE", help="The file to write; - for stdout.")] = "-",
    source: SourceFilter = None,
    changed_since: ChangedSince = None,
    with_event: Annotated[
        bool, typer.Option("--with-event", help="In CSV, add columns for the event.")
    ] = False,
    show_personal: ShowPersonal = False,
) -> None:
    """Write all entities of a name to a file, with progress on stderr.

    `ingest upload` reads the file again, except for the columns of --with-event.
    """
    require_stored(deployment, entity)
    steps = _selected_entities(deployment, entity, source, changed_since)
    try:
        with open_atomic(to) as out, open_progress(is_hidden=out.isatty()) as progress:
            noted = ExportNotes(_redact_entities(steps, show_personal), entity, show_personal)
            found = progress.track(noted, description=entity)
            if file_format == "csv":
                write_csv(found, out, model_fields_of(entity), with_event)
            else:
                out.writelines(json_text(each) + "\n" for each in found)
    except OSError as error:
        exit_with_error(f"{to}: {error.strerror}")
    console.print(f"exported {progress.tasks[0].completed:.0f} {entity}")
    noted.print_notes()

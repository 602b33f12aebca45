"""The commands that read entities: schema, get, list and related."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import entities
from ingestion.cli.entities.reading import (
    EVENT_COLUMNS,
    event_cells,
    event_text,
    find_entity,
    related_steps,
    relation_state,
)
from ingestion.cli.entities.selection import (
    ChangedSince,
    Selection,
    Sort,
    SourceFilter,
    StoredName,
)
from ingestion.cli.entities.stored_entity import (
    EntityArgument,
    IdArgument,
    column_of,
    model_and_stored_fields,
    reader_of,
    require_stored,
)
from ingestion.cli.options import Columns, EnvOrUrl, Limit, Shown, ShowPersonal
from ingestion.cli.output import console, print_data, print_json
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.tables import Record, choose_columns
from ingestion.openapi.schemas import schema_document

Json = dict[str, Any]


def schema(entity: EntityArgument) -> None:
    """Print what the API accepts as an entity, as JSON Schema 2020-12."""
    print_json(schema_document(entities.models()[entity]))


def get(
    deployment: EnvOrUrl,
    entity: StoredName,
    entity_id: IdArgument,
    columns: Columns = None,
    show_personal: ShowPersonal = False,
    output: Shown = "table",
) -> None:
    """Show one entity and its last event."""
    from ingestion.cli import redact_output

    require_stored(deployment, entity)
    found = find_entity(deployment, reader_of(deployment), entity, entity_id)
    if not show_personal:
        found = redact_output.stored_data(found)
    event = {f"event {name}": event_text(value) for name, value in (found["event"] or {}).items()}
    fields = {column_of(field, entity): value for field, value in found["entity"].items()} | event
    names, rows = choose_columns((fields, [fields.values()]), columns)
    print_data(output, found, Record(zip(names, *rows, strict=True)))


def list_entities(
    deployment: EnvOrUrl,
    entity: StoredName,
    source: SourceFilter = None,
    changed_since: ChangedSince = None,
    sort: Sort = None,
    columns: Columns = None,
    show_personal: ShowPersonal = False,
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List the entities of a name, ordered by id, or by time with --changed-since."""
    require_stored(deployment, entity)
    selection = Selection(deployment, entity, source, changed_since, sort)
    found = selection.read_entities(show_personal=show_personal)
    items = list(islice(found, limit or None))
    fields = model_and_stored_fields(items, entity)
    rows = ([*map(each["entity"].get, fields), *event_cells(each)] for each in items)
    names = [*(column_of(field, entity) for field in fields), *EVENT_COLUMNS]
    print_data(output, items, choose_columns((names, rows), columns))
    _print_more(found, limit)
    if not items:
        selection.print_none()


def related(
    deployment: EnvOrUrl,
    entity: EntityArgument,
    entity_id: IdArgument,
    columns: Columns = None,
    show_personal: ShowPersonal = False,
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List the entities that an entity refers to, and those that refer to it."""
    from ingestion.cli import redact_output

    reader = reader_of(deployment)
    origin = find_entity(deployment, reader, entity, entity_id)
    steps = related_steps(reader, origin)
    found: Iterator[Json] = (step.found for step in steps if step.found)
    if not show_personal:
        found = map(redact_output.stored_data, found)
    items = list(islice(found, limit or None))
    names = COLUMNS["related"]
    rows = ([*map(each.get, names[:-1]), relation_state(each)] for each in items)
    print_data(output, items, choose_columns((names, rows), columns))
    _print_more(found, limit)
    if not items:
        console.print(f"{entity} {entity_id!r} refers to no entity, and none refers to it.")


def _print_more(found: Iterator[Json], limit: int) -> None:
    """Print that there are more entities than the limit."""
    if limit and next(found, None) is not None:
        console.print(f"… there are more than {limit}: see --limit")

"""The commands that read entities: schema, get, list and related."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

import entities
from entities import fields
from ingestion.cli.entities.selection import ChangedSince, Selection, SourceFilter, StoredName
from ingestion.cli.entities.stored_entity import (
    EntityArgument,
    IdArgument,
    column_of,
    model_and_stored_fields,
    reader_of,
    require_stored,
)
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.options import Columns, EnvOrUrl, Limit, Shown, ShowPersonal
from ingestion.cli.output import ExitCode, console, exit_with_error, print_data, print_json
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.tables import Record, choose_columns
from ingestion.openapi.schemas import schema_document

if TYPE_CHECKING:
    from ingestion.cli.client.api_reader import ApiReader
    from ingestion.store.reader import TableReader

Json = dict[str, Any]

_entity_id = TypeAdapter(fields.EntityId)


def _find_entity(
    deployment: Deployment | ApiAccess,
    reader: "TableReader | ApiReader",
    name: str,
    entity_id: str,
) -> Json:
    """Return the entity with this id. The command ends if there is none."""
    try:
        found = reader.get_entity(name, _entity_id.validate_python(entity_id))
    except ValidationError:  # No entity has an invalid id.
        found = None
    if found is None:
        ids = f"`{deployment.command('list', name)}` prints the ids"
        exit_with_error(
            f"{deployment.environment} has no {name} {entity_id!r}: {ids}", ExitCode.NOT_FOUND
        )
    return found


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
    found = _find_entity(deployment, reader_of(deployment), entity, entity_id)
    if not show_personal:
        found = redact_output.stored_data(found)
    event = {f"event {name}": _text_of(value) for name, value in (found["event"] or {}).items()}
    fields = {column_of(field, entity): value for field, value in found["entity"].items()} | event
    names, rows = choose_columns((fields, [fields.values()]), columns)
    print_data(output, found, Record(zip(names, *rows, strict=True)))


def _text_of(value: Any) -> Any:
    """Return a value of an event for a record. What a correction replaces has several."""
    if not isinstance(value, dict):
        return value
    return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None)


def list_entities(
    deployment: EnvOrUrl,
    entity: StoredName,
    source: SourceFilter = None,
    changed_since: ChangedSince = None,
    columns: Columns = None,
    show_personal: ShowPersonal = False,
    limit: Limit = 100,
    output: Shown = "table",
) -> None:
    """List the entities of a name, ordered by id, or by time with --changed-since."""
    require_stored(deployment, entity)
    selection = Selection(deployment, entity, source, changed_since)
    found = selection.read_entities(show_personal=show_personal)
    items = list(islice(found, limit or None))
    fields = model_and_stored_fields(items, entity)
    times = ((each["event"] or {}).get("time") for each in items)
    rows = ([*map(each["entity"].get, fields), at] for each, at in zip(items, times, strict=True))
    names = [*(column_of(field, entity) for field in fields), "time"]
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
    from ingestion.cli.client.api_reader import ApiReader
    from ingestion.store import relations

    reader = reader_of(deployment)
    origin = _find_entity(deployment, reader, entity, entity_id)
    if isinstance(reader, ApiReader):
        steps = reader.related_to(origin)
    else:
        steps = relations.related_entities(reader, origin)
    found: Iterator[Json] = (step.found for step in steps if step.found)
    if not show_personal:
        found = map(redact_output.stored_data, found)
    items = list(islice(found, limit or None))
    names = COLUMNS["related"]
    states = ("missing" if each["entity"] is None else "stored" for each in items)
    rows = ([*map(each.get, names[:-1]), state] for each, state in zip(items, states, strict=True))
    print_data(output, items, choose_columns((names, rows), columns))
    _print_more(found, limit)
    if not items:
        console.print(f"{entity} {entity_id!r} refers to no entity, and none refers to it.")


def _print_more(found: Iterator[Json], limit: int) -> None:
    """Print that there are more entities than the limit."""
    if limit and next(found, None) is not None:
        console.print(f"… there are more than {limit}: see --limit")

"""Reads one entity, a page of entities, and the entities that are related to one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from entities import fields
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.output import ExitCode, exit_with_error
from ingestion.cli.start.columns import Spare

if TYPE_CHECKING:
    from ingestion.cli.client.api_reader import ApiReader
    from ingestion.store.reader import Position, Step, TableReader

Json = dict[str, Any]

# Of the last event, in lists: when it happened, when it was stored, and who sent it.
EVENT_COLUMNS = ("time", Spare("changed"), Spare("source"))
_EVENT_NAMES = ("time", "stored_at", "source")

_entity_id = TypeAdapter(fields.EntityId)


def is_entity_id(text: str) -> bool:
    """Return whether an entity can have this id."""
    try:
        _entity_id.validate_python(text)
    except ValidationError:
        return False
    return True


def find_entity(
    deployment: Deployment | ApiAccess,
    reader: "TableReader | ApiReader",
    name: str,
    entity_id: str,
) -> Json:
    """Return the entity with this id. The command ends if there is none."""
    found = reader.get_entity(name, entity_id) if is_entity_id(entity_id) else None
    if found is None:
        ids = f"`{deployment.command('list', name)}` prints the ids"
        exit_with_error(
            f"{deployment.environment} has no {name} {entity_id!r}: {ids}", ExitCode.NOT_FOUND
        )
    return found


def related_steps(
    reader: "TableReader | ApiReader", origin: Json, after: "Position | None" = None
) -> Iterator["Step"]:
    """Yield the entities that an entity refers to, then those that refer to it.

    Only a reader of the table can continue after a position.
    """
    from ingestion.cli.client.api_reader import ApiReader
    from ingestion.store import relations

    if isinstance(reader, ApiReader):
        return reader.related_to(origin)
    return relations.related_entities(reader, origin, after)


def relation_state(related: Json) -> str:
    """Return whether a related entity is stored. References may arrive before it."""
    return "missing" if related["entity"] is None else "stored"


def event_cells(found: Json) -> list[Any]:
    """Return the values of the columns of the last event."""
    return list(map((found["event"] or {}).get, _EVENT_NAMES))


def event_text(value: Any) -> Any:
    """Return a value of an event as text. What a correction replaces has several."""
    if not isinstance(value, dict):
        return value
    return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None)

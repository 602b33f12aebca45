"""The names and fields of stored entities, also of those that no model describes any more."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

import entities
from entities.fields import accepted_types
from ingestion.cli.environment import Deployment
from ingestion.cli.login.api_access import ApiAccess
from ingestion.cli.output import console, exit_with_error
from ingestion.cli.start.columns import Whole
from ingestion.cli.start.completion import complete_entity
from ingestion.cli.suggestions import unknown_name

if TYPE_CHECKING:
    from ingestion.cli.client.api_reader import ApiReader
    from ingestion.store.reader import TableReader

Json = dict[str, Any]

_MAX_NAME_BYTES = 2048  # Of a key of DynamoDB.
_SEE = "see docs/changing-entities.md"


def known_entity(name: str) -> str:
    """Return the name of an entity. The command ends if there is no such entity."""
    if name not in entities.models():
        exit_with_error(unknown_name("entity", name, entities.models()))
    return name


EntityArgument = Annotated[
    str,
    typer.Argument(
        metavar="ENTITY",
        parser=known_entity,
        autocompletion=complete_entity,
        help="Such as EQUIPMENT.",
    ),
]
IdArgument = Annotated[str, typer.Argument(metavar="ID")]


def reader_of(deployment: Deployment | ApiAccess) -> "TableReader | ApiReader":
    """Return a reader of the table, or of the read API if only its URL is known."""
    if isinstance(deployment, ApiAccess):
        from ingestion.cli.client.api_reader import ApiReader

        return ApiReader.connect(deployment.url, deployment.key)
    return deployment.reader()


def require_stored(deployment: Deployment | ApiAccess, name: str) -> None:
    """Print that the entity has no model. The command ends if there are no rows of it either."""
    if note := note_of_stored(deployment, name):
        console.print(note)


def note_of_stored(deployment: Deployment | ApiAccess, name: str) -> str:
    """Return that the entity has no model, or nothing. The command ends without rows of it."""
    if name in entities.models():
        return ""
    is_possible = 0 < len(name.encode(errors="replace")) <= _MAX_NAME_BYTES
    if not is_possible or next(reader_of(deployment).all_of(name, page_size=1), None) is None:
        known_entity(name)
    return f"No model describes {name}: its rows are read as they are stored, {_SEE}."


def model_fields_of(name: str) -> list[str]:
    """Return the fields of the entity's model; none if it has no model."""
    model = entities.models().get(name)
    return list(model.model_fields) if model else []


def model_and_stored_fields(found: Iterable[Json], name: str) -> list[str]:
    """Return the fields of the model, and then the further fields of the rows."""
    known = model_fields_of(name)
    stored = {field for each in found for field in each["entity"]}
    return [*known, *sorted(stored - set(known))]


def column_of(field: str, name: str) -> str:
    """Return a field of the entity as a column. Ids and times are shown whole.

    No model says what a removed field held. Its name does.
    """
    model = entities.models().get(name)
    if not model or field not in model.model_fields:
        return Whole(field) if field.endswith("_id") else field
    is_time = datetime in accepted_types(model.model_fields[field].annotation)
    return Whole(field) if is_time or model.holds_id(field) else field


class ExportNotes:
    """Passes rows on, and collects what an export must say about them."""

    def __init__(self, found: Iterable[Json], name: str, show_personal: bool) -> None:
        self._found = found
        self._known = set(model_fields_of(name))
        self._show_personal = show_personal
        model = entities.models().get(name)
        self._personal = model.personal_fields() if model else frozenset()
        self._stored: set[str] = set()

    def __iter__(self) -> Iterator[Json]:
        for each in self._found:
            self._stored |= each["entity"].keys()
            yield each

    def print_notes(self) -> None:
        """Print which columns no field describes, and which values are hidden."""
        unknown = self._stored - self._known
        hidden = sorted(unknown | (self._stored & self._personal))
        if unknown and self._known:
            console.print(f"stored, but in no model: {', '.join(sorted(unknown))}: {_SEE}")
        if hidden and not self._show_personal:
            console.print(
                f"hidden, and refused by an upload: {', '.join(hidden)}: add --show-personal"
            )

"""Applies edits to the event of a dead letter."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import entities
from entities.faults import did_you_mean
from ingestion.cli.dlq.dead_letter import DeadLetter, entity_name_of
from ingestion.cli.exact_numbers import write_exact_json
from ingestion.cli.field_edit import FieldEdit
from ingestion.errors import IngestionError
from ingestion.event import Event, queue_text
from ingestion.syntax import exact_json
from ingestion.syntax.times import timestamp

REVISION = "revision"
_SET_BY_PLATFORM = (REVISION, "mapping", "receivedat")
_ATTRIBUTES = {name for name, field in Event.model_fields.items() if field.exclude is not True}

Json = dict[str, Any]


class EditRefused(IngestionError):
    """An edit that does not fit a dead letter. Says what would be right."""


def edited_body(dead_letter: DeadLetter, edits: Sequence[FieldEdit]) -> str:
    """Return the body with the edits. Raises EditRefused if they do not fit.

    The new revision makes the event win over what is stored under its id and time.
    """
    for edit in edits:
        if edit.path in _SET_BY_PLATFORM:
            raise EditRefused(f"{edit.path} cannot be edited: the platform sets it")
    if not isinstance(dead_letter.document, dict):
        raise EditRefused("the message is not a JSON object: drop it and send the event again")
    document = exact_json.read(dead_letter.body)
    for edit in edits:
        _apply(edit, document)
    _check_entity_fields(edits, dead_letter.value("data"), document)
    document[REVISION] = _next_revision(dead_letter.value(REVISION))
    return queue_text(write_exact_json(document))


def _next_revision(last: Any) -> str:
    """Return the current time, or a later one if the last edit was made by a clock ahead."""
    now = datetime.now(UTC)
    with suppress(TypeError, ValueError, OverflowError):
        now = max(now, datetime.fromisoformat(last) + timedelta(microseconds=1))
    return timestamp(now)


def _apply(edit: FieldEdit, document: Json) -> None:
    """Change the document. Raises EditRefused if it has no such path.

    `data` may get any new field here.
    """
    *parents, name = edit.path.split(".")
    fields: Any = document
    for parent in parents:
        fields = fields.get(parent) if isinstance(fields, dict) else None
    is_known = bool(parents) or name in _ATTRIBUTES
    if not isinstance(fields, dict) or (name not in fields and (edit.is_removal or not is_known)):
        raise EditRefused(_unknown_path(edit.path, document))
    if edit.is_removal:
        del fields[name]
    else:
        fields[name] = edit.value


def _check_entity_fields(edits: Sequence[FieldEdit], before: Any, edited: Json) -> None:
    """Refuse a new field of `data` that the entity of the edited event does not have."""
    if (model := entities.models().get(entity_name_of(edited))) is None:
        return
    known = model.model_fields
    allowed = {*known, *(before if isinstance(before, dict) else ())}
    for edit in edits:
        within, *names = edit.path.split(".")
        if within == "data" and names and names[0] not in allowed:
            raise EditRefused(
                f"{model.entity_name} has no field {names[0]!r}: there are {', '.join(known)}"
                f"{did_you_mean(names[0], known)}"
            )


def _unknown_path(path: str, document: Json) -> str:
    data = document.get("data")
    fields = [f"data.{name}" for name in data] if isinstance(data, dict) else []
    hint = did_you_mean(path, [*document, *fields])
    return (
        f"the event has no field {path!r}: it has {', '.join(document)}; write data.FIELD for a"
        f" field of the entity{hint}"
    )

"""Edits of a dead letter's event: how they are written, and how they are applied."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

import typer

from ingestion import exact_json
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.output import exit_with_error, write_exact_json
from ingestion.event import queue_text
from ingestion.times import timestamp

REVISION = "revision"
_SET_BY_PLATFORM = (REVISION, "receivedat")


class FieldEdit(NamedTuple):
    """A new value for a dotted path such as data.contract_type, or the removal of the field."""

    path: str
    value: Any = None
    is_removal: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse PATH=VALUE or PATH:=JSON. Raises typer.BadParameter."""
        if text.encode(errors="ignore").decode() != text:  # Python reads bad bytes as surrogates.
            raise typer.BadParameter("must be UTF-8 text")
        path, separator, value = text.partition("=")
        if not separator or not path.rstrip(":"):
            raise typer.BadParameter(
                "must be PATH=VALUE, such as contract_type=works, or PATH:=JSON"
            )
        if not path.endswith(":"):
            return cls(path, value)
        try:
            return cls(path[:-1], exact_json.read(value))
        except ValueError as error:
            raise typer.BadParameter(f"{path} takes JSON: {error}") from error

    def apply(self, document: dict[str, Any]) -> None:
        """Change the document. The command ends if it has no such path."""
        *parents, name = self.path.split(".")
        fields: Any = document
        for parent in parents:
            fields = fields.get(parent) if isinstance(fields, dict) else None
        if not isinstance(fields, dict) or (self.is_removal and name not in fields):
            exit_with_error(
                f"the event has no field {self.path!r}: write data.FIELD for a field of the entity"
            )
        if self.is_removal:
            del fields[name]
        else:
            fields[name] = self.value


def edited_body(dead_letter: DeadLetter, edits: Sequence[FieldEdit]) -> str:
    """Return the body with the edits. The command ends if they do not fit.

    The new revision makes the event win over what is stored under its id and time.
    """
    for edit in edits:
        if edit.path in _SET_BY_PLATFORM:
            exit_with_error(f"{edit.path} cannot be edited: the platform sets it")
    if not isinstance(dead_letter.document, dict):
        exit_with_error("the message is not a JSON object: drop it and send the event again")
    document = exact_json.read(dead_letter.body)
    for edit in edits:
        edit.apply(document)
    document[REVISION] = _next_revision(dead_letter.value(REVISION))
    return queue_text(write_exact_json(document))


def _next_revision(last: Any) -> str:
    """Return the current time, or a later one if the last edit was made by a clock ahead."""
    now = datetime.now(UTC)
    with suppress(TypeError, ValueError, OverflowError):
        now = max(now, datetime.fromisoformat(last) + timedelta(microseconds=1))
    return timestamp(now)

"""Finds the stored rows that today's models refuse."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError

import entities
from entities.base import Entity
from ingestion.cli import redact_output
from ingestion.errors import message_of

Json = dict[str, Any]

_NO_MODEL = "no model describes this entity: restore its file, or export and delete its rows"
_NO_FIELD = "the model has no such field: add the field, or mark its successor with renamed_from"


class RefusedRow(NamedTuple):
    """A field of a stored row that the model refuses; empty for the row as a whole."""

    entity_name: str
    id: str
    field: str
    message: str


def find_refusals(found: Json, show_personal: bool) -> Iterator[RefusedRow]:
    """Yield each field of a stored row that today's model refuses."""
    name, entity_id = found["entity_name"], found["id"]
    model = entities.models().get(name)
    if model is None:
        yield RefusedRow(name, entity_id, "", _NO_MODEL)
        return
    fields = dict.fromkeys(model.null_fields()) | found["entity"]
    try:
        model.model_validate(fields)
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False, include_context=False):
            field, message = ".".join(map(str, fault["loc"])), _message(fault)
            if not show_personal:
                message = redact_output.message(message, {"entity_name": name, "body": fields})
            yield RefusedRow(name, entity_id, field, message)
    else:
        yield from _refused_id(model, found)


def _refused_id(model: type[Entity], found: Json) -> Iterator[RefusedRow]:
    """Yield a row whose id differs from the id in its key."""
    field = model.id_field()
    if found["entity"][field] != found["id"]:
        yield RefusedRow(model.entity_name, found["id"], field, "must be the id of the row's key")


def _message(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return _NO_FIELD
    return message_of(fault).removeprefix("Value error, ")


@dataclass
class CheckedRows:
    """Counts of stored rows by entity, and the first faults."""

    rows: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    kept: list[RefusedRow] = field(default_factory=list)

    def add(self, entity_name: str, faults: list[RefusedRow], max_kept: int | None) -> None:
        """Count a row, and keep its faults while fewer than `max_kept` are kept (None: all)."""
        self.rows[entity_name] += 1
        self.refused[entity_name] += bool(faults)
        self.faults += len(faults)
        self.kept += faults[: None if max_kept is None else max_kept - len(self.kept)]

    def counts(self) -> list[dict[str, str | int]]:
        """Return the counts of every entity, also of those without rows."""
        return [
            {"entity_name": name, "rows": self.rows[name], "refused": self.refused[name]}
            for name in sorted({*self.rows, *entities.models()})
        ]

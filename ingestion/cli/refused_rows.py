"""Finds the stored rows that today's models refuse."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError

import entities
from entities.base import Entity
from ingestion.cli.redact_output import HIDDEN

Json = dict[str, Any]

_NO_MODEL = "no model describes this entity: put its file back, or export and delete its rows"
_NO_FIELD = "the model has no such field: add the field, or mark its successor with renamed_from"
_RULES = ("value_error", "assertion_error")  # Their messages may quote a value.


class RefusedRow(NamedTuple):
    """A field of a stored row that the model refuses; empty for the row as a whole."""

    entity_name: str
    id: str
    field: str
    message: str


def refusals(found: Json, show_personal: bool) -> Iterator[RefusedRow]:
    """Yield what today's model refuses about a stored row. Nothing for a row that fits."""
    name, entity_id = found["entity_name"], found["id"]
    model = entities.models().get(name)
    if model is None:
        yield RefusedRow(name, entity_id, "", _NO_MODEL)
        return
    fields = dict.fromkeys(model.null_fields()) | found["entity"]
    try:
        model.model_validate(fields)
    except ValidationError as error:
        may_quote = bool(model.personal_fields()) and not show_personal
        for fault in error.errors(include_input=False, include_url=False, include_context=False):
            is_hidden = may_quote and fault["type"] in _RULES
            field = ".".join(map(str, fault["loc"]))
            yield RefusedRow(name, entity_id, field, HIDDEN if is_hidden else _message(fault))
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
    return str(fault["msg"]).removeprefix("Value error, ")

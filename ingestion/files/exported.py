"""Read the files of `ingest export`: JSON Lines, and CSV with escaped texts."""

from collections.abc import Callable
from functools import partial
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, create_model

import entities
from entities.base import Entity
from ingestion import exact_json
from ingestion.errors import FieldError, RejectedRecord
from ingestion.intake.submission import Format, Submission, read_as

HIDDEN = "[hidden]"  # What a command shows instead of personal data.
# In a row of an export, the fields whose cell has an apostrophe before the text, or is empty text.
ESCAPED_COLUMN = "'escaped"
APOSTROPHE = "'"
_WAS_HIDDEN = "was hidden by `ingest export`: export again with --show-personal"


class ExportLine(BaseModel):
    """A line of an export. The upload ignores `event` and creates a new event."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    entity_name: str
    id: str
    entity: dict[str, Any]
    event: dict[str, Any] | None = None


def is_exported(item: Any) -> bool:
    """Return whether a JSON item is a line of an export and not a posted event."""
    return isinstance(item, dict) and {"entity_name", "entity"} <= item.keys()


def _submission(item: Any) -> Submission:
    found = read_as(ExportLine, item)
    body = found.entity
    if model := entities.models().get(found.entity_name):
        for name in model.personal_fields() & body.keys():
            _require_shown(f"entity.{name}", body[name])
        body = dict.fromkeys(model.null_fields()) | body
    return Submission(entity_name=found.entity_name, body=body)


EXPORT_FORMAT = Format(_submission, "entity_name", "entity")


def unescape_row(row: dict[str, str], escaped: str) -> dict[str, str]:
    """Return the row with the texts of the fields that the row's `ESCAPED_COLUMN` names."""
    texts = {name: row.get(name, "").removeprefix(APOSTROPHE) for name in escaped.split()}
    return row | texts


def row_validator(model: type[Entity]) -> Callable[[dict[str, str]], BaseModel]:
    """Return a function that validates a row, given as cells by field.

    The function raises pydantic's ValidationError, and RejectedRecord for a cell that was hidden.
    """
    validate: Callable[[dict[str, str]], BaseModel] = model.model_validate_strings
    lists = {name for name, field in model.model_fields.items() if _is_list(field.annotation)}
    if lists:
        validate = partial(_validate_with_lists, model, _without(model, lists))
    if personal := model.personal_fields():
        validate = partial(_validate_shown, validate, personal)
    return validate


def _validate_shown(
    validate: Callable[[dict[str, str]], BaseModel], personal: frozenset[str], row: dict[str, str]
) -> BaseModel:
    for name in personal & row.keys():
        _require_shown(name, row[name])
    return validate(row)


def _require_shown(field: str, value: Any) -> None:
    if value == HIDDEN:
        raise RejectedRecord("invalid_entity", FieldError(field, _WAS_HIDDEN))


def _validate_with_lists(
    model: type[Entity], texts: type[BaseModel], row: dict[str, str]
) -> BaseModel:
    """Validate a row whose lists are JSON. pydantic reads no lists from texts."""
    cells = {name: cell for name, cell in row.items() if name in texts.model_fields}
    fields = texts.model_validate_strings(cells).model_dump(mode="json", exclude_unset=True)
    lists = {name: _list(cell) for name, cell in row.items() if name not in texts.model_fields}
    return model.model_validate(fields | lists)


def _list(cell: str) -> Any:
    try:
        return exact_json.read(cell)
    except ValueError:
        return cell  # The model says what would be right.


def _without(model: type[Entity], lists: set[str]) -> type[BaseModel]:
    """Return a model of the other fields, without the rules across fields."""
    fields: dict[str, Any] = {
        name: (field.rebuild_annotation(), ... if field.is_required() else None)
        for name, field in model.model_fields.items()
        if name not in lists
    }
    return create_model(f"{model.__name__}Texts", __config__=model.model_config, **fields)


def _is_list(annotation: Any) -> bool:
    if get_origin(annotation) in (Union, UnionType):
        return any(map(_is_list, get_args(annotation)))
    return annotation is list or get_origin(annotation) is list

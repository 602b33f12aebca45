"""Validate the rows of a table: cells are texts, and a cell of a list holds JSON."""

from collections.abc import Callable
from functools import partial
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, create_model

from entities.base import Entity
from ingestion import exact_json
from ingestion.files.exported import require_shown


def row_validator(model: type[Entity]) -> Callable[[dict[str, str]], BaseModel]:
    """Return a function that validates a row, given as cells by field.

    The function raises pydantic's ValidationError, and RejectedRecord for a cell that was hidden.
    """
    validate: Callable[[dict[str, str]], BaseModel] = model.model_validate_strings
    lists = {name for name, field in model.model_fields.items() if _is_list(field.annotation)}
    if lists:
        validate = partial(_validate_with_lists, model, _without_lists(model, lists))
    if personal := model.personal_fields():
        validate = partial(_validate_shown, validate, personal)
    return validate


def _validate_shown(
    validate: Callable[[dict[str, str]], BaseModel], personal: frozenset[str], row: dict[str, str]
) -> BaseModel:
    for name in personal & row.keys():
        require_shown(name, row[name])
    return validate(row)


def _validate_with_lists(
    model: type[Entity], texts: type[BaseModel], row: dict[str, str]
) -> BaseModel:
    """Validate a row whose lists are JSON. pydantic reads no lists from texts."""
    cells = {name: cell for name, cell in row.items() if name in texts.model_fields}
    fields = texts.model_validate_strings(cells).model_dump(mode="json", exclude_unset=True)
    lists = {name: _read_list(cell) for name, cell in row.items() if name not in texts.model_fields}
    return model.model_validate(fields | lists)


def _read_list(cell: str) -> Any:
    try:
        return exact_json.read(cell)
    except ValueError:
        return cell  # The model says what would be right.


def _without_lists(model: type[Entity], lists: set[str]) -> type[BaseModel]:
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

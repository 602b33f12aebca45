"""Validate entities whose values are all texts, as in tables, forms and XML. A list is JSON."""

from collections.abc import Callable
from functools import cache, partial
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError, create_model

from entities.base import Entity
from entities.values import to_text
from ingestion.errors import FieldError, RejectedRecord
from ingestion.syntax import exact_json


@cache
def text_validator(model: type[Entity]) -> Callable[[dict[str, Any]], BaseModel]:
    """Return a function that validates texts by field. It raises pydantic's ValidationError.

    A list may also be a list, as XML and repeated fields of a form have it.
    """
    lists = {name for name, field in model.model_fields.items() if _is_list(field.annotation)}
    if lists:
        return partial(_validate_with_lists, model, _without_lists(model, lists))
    return model.model_validate_strings


def _validate_with_lists(
    model: type[Entity], without_lists: type[BaseModel], texts: dict[str, Any]
) -> BaseModel:
    """Validate an entity whose lists are JSON. pydantic reads no lists from texts."""
    others = {name: text for name, text in texts.items() if name in without_lists.model_fields}
    fields = without_lists.model_validate_strings(others).model_dump(
        mode="json", exclude_unset=True
    )
    lists = {name: _read_list(text) for name, text in texts.items() if name not in others}
    return model.model_validate(fields | lists)


def _read_list(text: Any) -> Any:
    try:
        return exact_json.read(text) if isinstance(text, str) else text
    except ValueError:
        return text  # The model says what would be right.


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


def typed_data(model: type[Entity], data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an entity as JSON has it, from values that are texts.

    A form of a rule may have made a number or a boolean of a text. Raises RejectedRecord.
    """
    try:
        entity = text_validator(model)({name: _as_text(name, data[name], model) for name in data})
    except ValidationError as error:
        raise RejectedRecord.from_validation("invalid_entity", error) from error
    return entity.model_dump(mode="json", exclude_unset=True)


def _as_text(name: str, value: Any, model: type[Entity]) -> Any:
    if not isinstance(value, list | dict):
        return to_text(value)
    if name in model.model_fields and _is_list(model.model_fields[name].annotation):
        return value
    fault = FieldError(name, "must be one text: it holds a list or keys with values")
    raise RejectedRecord("invalid_entity", fault)

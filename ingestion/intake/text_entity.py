"""Validate entities whose values are all texts, as in tables, forms and XML. A list is JSON."""

from collections.abc import Callable
from functools import partial
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, create_model

from entities.base import Entity
from ingestion import exact_json


def text_validator(model: type[Entity]) -> Callable[[dict[str, str]], BaseModel]:
    """Return a function that validates texts by field. It raises pydantic's ValidationError."""
    lists = {name for name, field in model.model_fields.items() if _is_list(field.annotation)}
    if lists:
        return partial(_validate_with_lists, model, _without_lists(model, lists))
    return model.model_validate_strings


def _validate_with_lists(
    model: type[Entity], without_lists: type[BaseModel], texts: dict[str, str]
) -> BaseModel:
    """Validate an entity whose lists are JSON. pydantic reads no lists from texts."""
    others = {name: text for name, text in texts.items() if name in without_lists.model_fields}
    fields = without_lists.model_validate_strings(others).model_dump(
        mode="json", exclude_unset=True
    )
    lists = {name: _read_list(text) for name, text in texts.items() if name not in others}
    return model.model_validate(fields | lists)


def _read_list(text: str) -> Any:
    try:
        return exact_json.read(text)
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

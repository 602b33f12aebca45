"""The fields of a corrected entity, compared with those that are stored."""

import sys
from collections.abc import Sequence
from pathlib import Path
from types import NoneType
from typing import Any, get_origin

from pydantic import ValidationError

import entities
from entities.fields import accepted_types
from ingestion.cli import redact_output
from ingestion.cli.field_edit import FieldEdit
from ingestion.cli.output import exit_with_error
from ingestion.cli.suggestions import unknown_name
from ingestion.syntax import exact_json

Json = dict[str, Any]
Changed = dict[str, tuple[Any, Any]]  # Values before and after, by field.


def read_fields(file: str) -> Json:
    """Return the JSON object in a file, or in stdin if it is -. The command ends if it has none."""
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        fields = exact_json.read(content)
    except OSError as error:
        exit_with_error(f"{file}: {error.strerror}")
    except ValueError as error:
        exit_with_error(f"{file}: not JSON: {error}")
    if not isinstance(fields, dict):
        exit_with_error(f"{file}: must be a JSON object with the fields of the entity")
    if redact_output.HIDDEN in fields.values():
        exit_with_error(
            f"{file}: has {redact_output.HIDDEN} instead of a value: use the output of"
            " `ingest get … --show-personal`"
        )
    return fields


def edited_fields(entity_name: str, stored: Json, edits: Sequence[FieldEdit]) -> Json:
    """Return the stored fields that the model knows, with the edits. A stored row omits null.

    The command ends if the model has no such field.
    """
    model = entities.models()[entity_name]
    known = model.model_fields
    fields = {name: value for name, value in stored.items() if name in known}
    for edit in edits:
        if edit.path not in known:
            exit_with_error(f"{entity_name} has {unknown_name('field', edit.path, known)}")
        if isinstance(edit.value, str) and not takes_text(known[edit.path].annotation):
            exit_with_error(
                f"{entity_name}.{edit.path} takes no text: write {edit.path}:=JSON, such as"
                f" {edit.path}:=true for a boolean, or {edit.path}:='[\"a\"]' for a list"
            )
        fields.pop(edit.path, None)
        if not edit.is_removal:
            fields[edit.path] = edit.value
    return dict.fromkeys(model.null_fields()) | fields


def takes_text(annotation: Any) -> bool:
    """Return whether a text may be a value of the field: not of a boolean or of a list."""
    types = (get_origin(found) or found for found in accepted_types(annotation))
    return not {bool, list, NoneType}.issuperset(types)


def changed_fields(entity_name: str, entity_id: str, stored: Json, fields: Json) -> Changed:
    """Return the fields that differ, each with its values before and after."""
    after = _as_stored(entity_name, entity_id, fields)
    values = {name: (stored.get(name), after.get(name)) for name in {**stored, **after}}
    return {name: (old, new) for name, (old, new) in values.items() if old != new}


def _as_stored(entity_name: str, entity_id: str, fields: Json) -> Json:
    """Return the fields as readers get them, or unchanged if the model refuses them."""
    model = entities.models()[entity_name]
    fields = {model.id_field(): entity_id, **fields}
    try:
        return model.model_validate(fields).model_dump(mode="json", exclude_none=True)
    except ValidationError:
        return fields

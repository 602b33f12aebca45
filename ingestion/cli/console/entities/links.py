"""Which entity a URL names, and the values of its fields as cells."""

from typing import Any

from starlette.requests import Request

import entities
from ingestion.cli.console.pages import Link
from ingestion.cli.console.urls import entity_url, upload_url
from ingestion.cli.tables import value_text
from ingestion.files.mappers.rows import upload_id_of
from ingestion.intake.hidden_values import HIDDEN


def entity_of(request: Request) -> tuple[str, str]:
    """Return the name and the id of the entity that the URL names."""
    path = request.path_params
    return path["entity"], request.query_params.get("id") or path["id"]


def uploaded_file_url(found: dict[str, Any]) -> str | None:
    """Return the URL of the upload that holds an entity; None if no file has its last event."""
    upload_id = upload_id_of(str((found["event"] or {}).get("id", "")))
    return upload_url(upload_id) if upload_id else None


def field_cell(entity_name: str, field: str, value: Any) -> str | Link:
    """Return a value of a field. One that refers to another entity is a link."""
    target = {each.field: each.target for each in entities.references() if each[0] == entity_name}
    text = value_text(value)
    if field in target and text and text != HIDDEN:
        return Link(text, entity_url(target[field], text))
    return text


def shortened(cell: str | Link, characters: int = 40) -> str | Link:
    """Return a cell of a list, whose text is shortened."""
    text = cell.text if isinstance(cell, Link) else cell
    if len(text) <= characters:
        return cell
    short = f"{text[:characters]}…"
    return Link(short, cell.url) if isinstance(cell, Link) else short

"""The URLs of an entity's pages, and the values of its fields as cells."""

from typing import Any
from urllib.parse import quote

from pydantic_core import to_json
from starlette.requests import Request

import entities
from ingestion.cli.console.pages import Link, url_of
from ingestion.cli.console.parameters import shows_personal
from ingestion.files.mappers.rows import upload_id_of
from ingestion.intake.hidden_values import HIDDEN

_DOTS = (".", "..")  # A browser would read them in a path as folders.


def entity_url(name: str, entity_id: str, action: str = "", **parameters: Any) -> str:
    """Return the URL of the page of an entity, or of an action with it."""
    path = "/".join(filter(None, ["/entities", action, quote(name, safe="")]))
    if entity_id in _DOTS:
        return url_of(f"{path}/", id=entity_id, **parameters)
    return url_of(f"{path}/{quote(entity_id, safe='')}", **parameters)


def entity_of(request: Request) -> tuple[str, str]:
    """Return the name and the id of the entity that the URL names."""
    path = request.path_params
    return path["entity"], request.query_params.get("id") or path["id"]


def personal_parameter(request: Request) -> int | None:
    """Return the parameter of a link to a page that shows personal data if this page does."""
    return 1 if shows_personal(request) else None


def upload_url(found: dict[str, Any]) -> str | None:
    """Return the URL of the upload that holds an entity; None if no file has its last event."""
    upload_id = upload_id_of(str((found["event"] or {}).get("id", "")))
    return upload_id and f"/files/{upload_id}"


def field_cell(entity_name: str, field: str, value: Any) -> str | Link:
    """Return a value of a field. One that refers to another entity is a link."""
    target = {each.field: each.target for each in entities.references() if each[0] == entity_name}
    text = value_text(value)
    if field in target and text and text != HIDDEN:
        return Link(text, entity_url(target[field], text))
    return text


def value_text(value: Any) -> str:
    """Return a value as text, and a boolean, a list or an object as JSON."""
    if value is None:
        return ""
    return to_json(value).decode() if isinstance(value, bool | list | dict) else str(value)


def shortened(cell: str | Link, characters: int = 40) -> str | Link:
    """Return a cell of a list, whose text is shortened."""
    text = cell.text if isinstance(cell, Link) else cell
    if len(text) <= characters:
        return cell
    short = f"{text[:characters]}…"
    return Link(short, cell.url) if isinstance(cell, Link) else short

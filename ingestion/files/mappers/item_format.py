"""Decide how to read a JSON item of a file: as an event, a line of an export, or a row."""

from typing import Any

from ingestion.files.exported import EXPORT_FORMAT, is_exported
from ingestion.intake.cloudevents import STRUCTURED
from ingestion.intake.submission import NATIVE, Format


def format_of(item: Any) -> Format | None:
    """Return the format of an item that is an event or was exported, or None for a row.

    The native format rejects an item that is no object.
    """
    if is_exported(item):
        return EXPORT_FORMAT
    if isinstance(item, dict) and "specversion" in item:
        return STRUCTURED
    return NATIVE if not isinstance(item, dict) or "entity_name" in item else None

"""Say what a JSON object of a file is: an event, a line of an export, or a row."""

from typing import Any

from ingestion.files.column_mapping import is_row
from ingestion.files.exported import EXPORTED, is_exported
from ingestion.intake.cloudevents import STRUCTURED
from ingestion.intake.submission import NATIVE, Format


def format_of(item: Any) -> Format | None:
    """Return the format of an item that is an event or was exported, or None for a row."""
    if is_exported(item):
        return EXPORTED
    if isinstance(item, dict) and "specversion" in item:
        return STRUCTURED
    return None if is_row(item) else NATIVE

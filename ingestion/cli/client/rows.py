"""Make events of the rows in a file to send, as the platform does with an uploaded file."""

from collections.abc import Iterable, Iterator
from typing import Any

from ingestion.catalog import Source
from ingestion.cli.client.event_client import RejectedLine, UnsentEvent
from ingestion.errors import RejectedRecord
from ingestion.files.column_mapping import ColumnMapping
from ingestion.files.item_format import format_of


def rows_as_events(
    items: Iterable[UnsentEvent | RejectedLine], source: Source
) -> Iterator[UnsentEvent | RejectedLine]:
    """Yield the items, with an event for each row. The API validates its fields."""
    mapping = ColumnMapping(source)
    for item in items:
        if isinstance(item, UnsentEvent) and format_of(item.content) is None:
            yield _event(item, mapping)
        else:
            yield item


def _event(row: UnsentEvent, mapping: ColumnMapping) -> UnsentEvent | RejectedLine:
    name = mapping.model.entity_name
    try:
        event: dict[str, Any] = {"entity_name": name, "body": mapping.fields(row.content)}
        if column := mapping.files.time:
            event["time"] = mapping.time(row.content.get(column))
    except RejectedRecord as rejection:
        [error] = rejection.errors
        return RejectedLine(row.line, rejection.reason, error.field, error.message)
    return UnsentEvent(row.line, event)

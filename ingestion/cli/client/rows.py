"""Make events of the rows in a file to send, as the platform does with an uploaded file."""

from collections.abc import Iterable, Iterator
from typing import Any

from ingestion.catalog import Source
from ingestion.cli.client.event_file import RejectedLine, UnsentEvent
from ingestion.errors import UNKNOWN_FIELD, RejectedRecord
from ingestion.files.mappers.item_format import format_of
from ingestion.files.mappers.short_form import ShortForm

Json = dict[str, Any]


def rows_as_events(
    items: Iterable[UnsentEvent | RejectedLine], source: Source
) -> Iterator[UnsentEvent | RejectedLine]:
    """Yield the items, with an event for each row. The API validates its fields."""
    mapping = ShortForm(source)
    for item in items:
        if isinstance(item, UnsentEvent) and format_of(item.content) is None:
            yield _event(item, mapping)
        else:
            yield item


def _event(row: UnsentEvent, mapping: ShortForm) -> UnsentEvent | RejectedLine:
    name = mapping.model.entity_name
    try:
        event: Json = {"entity_name": name, "body": mapping.fields(row.content)}
        if column := mapping.files.time:
            event["time"] = mapping.time(row.content.get(column))
    except RejectedRecord as rejection:
        [error] = rejection.errors
        return RejectedLine(row.line, rejection.reason, error.field, error.message, row.unit)
    return row._replace(content=event, is_row=True)


def without_unknown_fields(errors: list[Json]) -> list[Json]:
    """Return the API's errors of a row, or one for all its unknown fields if it has any.

    Such an object is probably no row: the other errors would mislead.
    """
    unknown = [error for error in errors if error["message"] == UNKNOWN_FIELD]
    if not unknown:
        return errors
    names = [error["field"].removeprefix("body.") for error in unknown]
    if len(names) == 1:
        return [unknown[0] | {"field": names[0]}]
    return [unknown[0] | {"field": "", "message": f"{UNKNOWN_FIELD}s: {', '.join(names)}"}]


def hint_for_rows(source: Source) -> str:
    """Return how an object without `entity_name` must look."""
    name = source.file_model.entity_name
    return (
        f"The objects have no `entity_name`, so they were sent as rows of {name}, which has the"
        f" fields {', '.join(source.file_model.model_fields)}. Rename their fields, or send events:"
        f' {{"entity_name": "{name}", "body": {{…}}}}'
    )

"""Makes an event of each JSON object: an event as it is posted, or a row like a table's."""

from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from ingestion.catalog import Source
from ingestion.event import Event, check_size
from ingestion.files.mappers.item_format import format_of
from ingestion.files.mappers.mapper import Mapper
from ingestion.files.mappers.rows import check_line, parse_line
from ingestion.files.upload import Upload
from ingestion.intake.submission import to_event

# Events name their entity or version. NaN and Infinity are not JSON, but models accept them.
_NO_PLAIN_ROW = ('"entity_name"', '"specversion"', "NaN", "Infinity")


class ItemMapper(Mapper):
    """Makes an event of each JSON object: an event as it is posted, or a row like a table's."""

    def __init__(self, upload: Upload, source: Source, revision: str | None = None) -> None:
        super().__init__(upload, source, revision)
        self._has_no_mapping = not self.files.mapping_keys

    def event_of_line(self, line: int, text: str) -> Event:
        """Return the event of a line of JSON Lines. Raises RejectedRecord."""
        check_line(text)
        if entity := self.entity(text):
            return self.upsert(line, entity, self.upload.uploaded_at)
        return self.event(line, parse_line(text))

    def entity(self, text: str) -> BaseModel | None:
        """Return the entity of a line if the catalog maps no columns. Parses such a line once."""
        if self._has_no_mapping and not any(mark in text for mark in _NO_PLAIN_ROW):
            with suppress(ValidationError):
                return self.model.model_validate_json(text)
        return None

    def event(self, line: int, item: Any) -> Event:
        """Return the event of a JSON object. Raises RejectedRecord."""
        uploaded_at = self.upload.uploaded_at
        if event_format := format_of(item):
            submission = event_format.read(item)
            time, event_id = submission.time or uploaded_at, submission.id or self.row_id(line)
            return to_event(submission, event_format, self.caller, uploaded_at, time, event_id)
        row = self.fields(item)
        check_size(to_json(row))  # First: each error of a large row takes much memory.
        entity = self.caller.source.validate_entity(
            self.model.entity_name, row, delete=False, within=""
        )
        time = self.time(item.get(self.files.time)) if self.files.time else uploaded_at
        return self.upsert(line, entity, time)

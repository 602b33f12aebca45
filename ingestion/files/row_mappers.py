"""Make the event of a row: the row is an entity, mapped as the catalog says, or a whole event."""

from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from ingestion import exact_json
from ingestion.catalog import Source
from ingestion.errors import (
    FieldError,
    RejectedRecord,
)
from ingestion.event import Event, check_size
from ingestion.files.columns.header import check_header
from ingestion.files.columns.mapping import ColumnMapping
from ingestion.files.exported import ESCAPED_COLUMN, require_shown, unescape_row
from ingestion.files.item_format import format_of
from ingestion.files.upload import Upload
from ingestion.intake.submission import Caller, to_event
from ingestion.intake.text_entity import text_validator

MAX_LINE_VALUES = 50_000  # Fields and array items of a JSON Lines row, at all levels.
# Events name their entity or version. NaN and Infinity are not JSON, but models accept them.
_NO_PLAIN_ROW = ('"entity_name"', '"specversion"', "NaN", "Infinity")


def unreadable_row(message: str) -> RejectedRecord:
    """Return the rejection of a row that holds no entity and no event."""
    return RejectedRecord("unreadable_row", FieldError("", message))


class _Mapper(ColumnMapping):
    """Makes the events of one upload's rows."""

    def __init__(self, upload: Upload, source: Source) -> None:
        super().__init__(source)
        self.upload = upload
        self.caller = Caller(upload.keys.source, source)
        # The sequencers of a key are compared with zeros after the shorter one, those of two keys
        # not at all: https://repost.aws/knowledge-center/s3-duplicate-sqs-messages
        self._id_prefix = f"{upload.uploaded_at}-{upload.sequencer:0<32}-{upload.keys.upload_id}"

    def upsert(self, line: int, entity: BaseModel, time: str) -> Event:
        """Return the event of a row's entity. `time` has the fixed width."""
        event = Event.model_construct(  # All values are checked.
            id=self.event_id(line),
            source=self.caller.name,
            type=f"{self.model.entity_name.lower()}.upsert",
            subject=getattr(entity, self._id_field),
            time=time,
            receivedat=self.upload.uploaded_at,
            data=entity.model_dump(mode="json", exclude_unset=True),
        )
        check_size(event.json_bytes)
        return event

    def event_id(self, line: int) -> str:
        """Return the id of a line's event. A later line or a later upload has a larger id."""
        return f"{self._id_prefix}-{line:010}"

    def time(self, value: Any) -> str:
        """Return the time of a row, within the source's bound. Raises RejectedRecord."""
        time = super().time(value)
        self.caller.source.check_time(time, self.upload.uploaded_at, str(self.files.time))
        return time


class RowMapper(_Mapper):
    """Makes an event of each row of a table."""

    def __init__(self, upload: Upload, source: Source, header: list[str]) -> None:
        super().__init__(upload, source)
        self._fields = [None if c == ESCAPED_COLUMN else self.field(c) for c in header]
        self._escaped = header.index(ESCAPED_COLUMN) if ESCAPED_COLUMN in header else None
        self._validate = text_validator(self.model)
        self._personal = self.model.personal_fields()
        self._nameless = [index for index, column in enumerate(header) if not column]
        check_header(self, header)
        self._key = [header.index(column) for column in self.files.key]
        self._time = header.index(self.files.time) if self.files.time else None

    def event(self, line: int, cells: list[str]) -> Event:
        """Return the event of a row, without its empty cells. Raises RejectedRecord."""
        if len(cells) != len(self._fields):
            raise unreadable_row(
                f"has {len(cells)} cells: must have {len(self._fields)}, like the header"
            )
        if any(cells[index] for index in self._nameless):
            raise unreadable_row("has a value in a column without a name")
        entity = self.entity(cells)
        time = self.upload.uploaded_at if self._time is None else self.time(cells[self._time])
        return self.upsert(line, entity, time)

    def entity(self, cells: list[str]) -> BaseModel:
        """Return the entity of a row. Raises RejectedRecord."""
        row = {
            field: cell for field, cell in zip(self._fields, cells, strict=True) if cell and field
        }
        if self._key:
            row[self._id_field] = self.key([cells[index] for index in self._key])
        if self._escaped is not None:
            row = unescape_row(row, cells[self._escaped])
        for field in self._personal & row.keys():
            require_shown(field, row[field])
        try:
            return self._validate(row)
        except ValidationError as error:
            raise RejectedRecord.from_validation("invalid_entity", error) from error


class ItemMapper(_Mapper):
    """Makes an event of each JSON object: an event as it is posted, or a row like a table's."""

    def __init__(self, upload: Upload, source: Source) -> None:
        super().__init__(upload, source)
        files = self.files
        self._has_no_mapping = not (files.columns or files.ignore or files.key or files.time)

    def event_of_line(self, line: int, text: str) -> Event:
        """Return the event of a line of JSON Lines. Raises RejectedRecord."""
        is_long = len(text) > MAX_LINE_VALUES  # Each value takes a character.
        if is_long and exact_json.has_more_values(MAX_LINE_VALUES, text.encode()):
            raise unreadable_row(f"must have at most {MAX_LINE_VALUES} fields and array items")
        if entity := self.entity(text):
            return self.upsert(line, entity, self.upload.uploaded_at)
        try:
            item = exact_json.read(text)
        except ValueError as error:
            raise unreadable_row(f"is not JSON: {error}") from error
        return self.event(line, item)

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
            time, event_id = submission.time or uploaded_at, submission.id or self.event_id(line)
            return to_event(submission, event_format, self.caller, uploaded_at, time, event_id)
        row = self.fields(item)
        check_size(to_json(row))  # First: each error of a large row takes much memory.
        entity = self.caller.source.validate_entity(
            self.model.entity_name, row, delete=False, within=""
        )
        time = self.time(item.get(self.files.time)) if self.files.time else uploaded_at
        return self.upsert(line, entity, time)

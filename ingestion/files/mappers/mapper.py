"""Makes an event of an entity that a row holds, as the source's `files` in the catalog says."""

from typing import Any

from pydantic import BaseModel

from ingestion.catalog import Source
from ingestion.event import Event, check_size
from ingestion.files.mappers.rows import RowIds
from ingestion.files.mappers.short_form import ShortForm
from ingestion.files.upload import Upload
from ingestion.intake.submission import Caller


class Mapper(ShortForm):
    """Makes the events of one upload's rows.

    `revision` is set on all events if the rules changed since the last run.
    """

    def __init__(self, upload: Upload, source: Source, revision: str | None = None) -> None:
        super().__init__(source)
        self.upload = upload
        self.revision = revision
        self.caller = Caller(upload.keys.source, source)
        self.row_id = RowIds(upload).row_id

    def upsert(self, line: int, entity: BaseModel, time: str) -> Event:
        """Return the event of a row's entity. `time` has the fixed width."""
        event = Event.model_construct(  # All values are checked.
            id=self.row_id(line),
            source=self.caller.name,
            type=f"{self.model.entity_name.lower()}.upsert",
            subject=getattr(entity, self._id_field),
            time=time,
            receivedat=self.upload.uploaded_at,
            data=entity.model_dump(mode="json", exclude_unset=True),
            revision=self.revision,
        )
        check_size(event.json_bytes)
        return event

    def time(self, value: Any) -> str:
        """Return the time of a row, within the source's bound. Raises RejectedRecord."""
        time = super().time(value)
        self.caller.source.check_time(time, self.upload.uploaded_at, str(self.files.time))
        return time

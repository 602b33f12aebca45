"""Makes an event of each row of a table."""

from pydantic import BaseModel

from ingestion.catalog import Source
from ingestion.event import Event
from ingestion.files.exported import ESCAPED_COLUMN, require_shown, unescape_row
from ingestion.files.mappers.header import check_header
from ingestion.files.mappers.mapper import Mapper
from ingestion.files.mappers.rows import Cells
from ingestion.files.upload import Upload
from ingestion.intake.text_entity import text_validator


class RowMapper(Mapper):
    """Makes an event of each row of a table."""

    def __init__(
        self, upload: Upload, source: Source, header: list[str], revision: str | None = None
    ) -> None:
        super().__init__(upload, source, revision)
        check_header(self, header)
        plain = self.plain([column for column in header if column != ESCAPED_COLUMN])
        self._check_row = Cells(header).check_row
        self._key = [header.index(column) for column in plain.id]
        self._time = header.index(plain.time) if plain.time else None
        self._indexes = [(field, header.index(name)) for field, name in plain.fields.items()]
        if not self.files.key:
            self._indexes.append((self._id_field, self._key.pop()))
        self._escaped = header.index(ESCAPED_COLUMN) if ESCAPED_COLUMN in header else None
        self._validate = text_validator(self.model)
        self._personal = self.model.personal_fields()

    def event(self, line: int, cells: list[str]) -> Event:
        """Return the event of a row, without its empty cells. Raises RejectedRecord."""
        self._check_row(cells)
        entity = self.entity(cells)
        time = self.upload.uploaded_at if self._time is None else self.time(cells[self._time])
        return self.upsert(line, entity, time)

    def entity(self, cells: list[str]) -> BaseModel:
        """Return the entity of a row. Raises RejectedRecord."""
        row = {field: cell for field, index in self._indexes if (cell := cells[index])}
        if self._key:
            row[self._id_field] = self.key([cells[index] for index in self._key])
        if self._escaped is not None:
            row = unescape_row(row, cells[self._escaped])
        if self._personal:
            for field in self._personal & row.keys():
                require_shown(field, row[field])
        return self._validate(row)

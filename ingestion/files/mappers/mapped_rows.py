"""Makes the events of rows by the rules of their source: none, one or many of each row."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from ingestion.catalog import Source
from ingestion.errors import FieldError, RejectedRecord
from ingestion.event import Event
from ingestion.files.mappers.row_faults import RowFaults
from ingestion.files.mappers.row_result import IgnoredRow, RejectedRow, RowResult, UnfinishedRow
from ingestion.files.mappers.rows import RowIds
from ingestion.files.upload import Upload
from ingestion.intake.mapped import UNMATCHED, PayloadMapper
from ingestion.intake.submission import Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.mapping.items.scope import never
from ingestion.mapping.outcome import FailedItem, MappedEvent, MappedPayload, Origin, TooManyItems

# Of a row. Until a row is finished, each of its events takes about a kilobyte of memory.
MAX_ROW_EVENTS = 100_000


class UploadRules(NamedTuple):
    """The rules of an upload's source. They stop once `must_stop` returns True.

    `note_missing_columns` gets the columns that the header of a table lacks.
    """

    rules: CompiledRules
    must_stop: Callable[[], bool] = never
    note_missing_columns: Callable[[list[str]], None] | None = None


class MappedRows:
    """Maps the rows of one upload.

    `payload_of` returns the payload that is the content of a row, and raises RejectedRecord.
    `is_text` says that all values of payloads are texts. `revision` is set on all events if the
    rules changed since the last run.
    """

    def __init__(
        self,
        upload: Upload,
        source: Source,
        by: UploadRules,
        payload_of: Callable[[Any], Any],
        *,
        is_text: bool,
        revision: str | None,
    ) -> None:
        self._payload_of = payload_of
        self._row_id = RowIds(upload).row_id
        self._uploaded_at = upload.uploaded_at
        self._mapper = PayloadMapper(
            by.rules,
            Caller(upload.keys.source, source),
            Origin(upload.uploaded_at),
            datetime.fromisoformat(upload.uploaded_at),
            is_text=is_text,
            must_stop=by.must_stop,
            revision=revision,
        )

    def results(self, line: int, content: Any) -> Iterator[RowResult]:
        """Yield the results of a row. Raises MappingOutOfTime."""
        try:
            mapped = self._map(line, self._payload_of(content))
        except RejectedRecord as rejection:
            yield RejectedRow.of(line, rejection, content)
            return
        if mapped.is_ignored:
            yield IgnoredRow()
            return
        faults, last = RowFaults(), None
        for made in mapped.results:
            try:
                event = self._event(made)
            except RejectedRecord as rejection:
                faults.add(made, rejection)
                continue
            if last:
                yield UnfinishedRow(last)
            last = event
        yield from _last_results(line, content, last, faults)

    def _map(self, line: int, payload: Any) -> MappedPayload:
        origin = self._mapper.origin._replace(row_id=self._row_id(line))
        try:
            return self._mapper.rules.map_payload(
                payload, origin, max_items=MAX_ROW_EVENTS, must_stop=self._mapper.must_stop
            )
        except TooManyItems as error:
            message = f"makes {error.count} events: it may make at most {MAX_ROW_EVENTS}"
            raise RejectedRecord("too_many_events", FieldError("", message)) from error

    def _event(self, made: MappedEvent | FailedItem) -> Event:
        """Return the event of an item. Raises RejectedRecord."""
        if isinstance(made, FailedItem):
            raise made.rejection
        return self._mapper.event(made, made.time or self._uploaded_at)


def _last_results(
    line: int, content: Any, last: Event | None, faults: RowFaults
) -> Iterator[RowResult]:
    """Yield what ends a row whose other events were yielded."""
    if last and not faults:
        yield last
        return
    if last:
        yield UnfinishedRow(last)
    yield RejectedRow.of(line, faults.rejection if faults else UNMATCHED, content)

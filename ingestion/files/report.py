"""The report of an uploaded file."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ingestion.files.upload import Upload
from ingestion.syntax.times import timestamp

READER_VERSION = 2  # Blank rows and repeated headers are not rows since version 2.

ShownState = Literal["extracting", "inserting", "done", "refused", "unbalanced"]


class Example(BaseModel):
    """One of the first rejected rows. `message` may quote a value of the row.

    `message_without_values` quotes none. It is empty in reports of an older version.
    """

    line: int
    reason: str
    message: str
    message_without_values: str = ""


class Report(BaseModel):
    """The outcome of an upload.

    `rows` counts the rows that were read, and `events` the events that they made. `accepted`,
    `ignored` and `rejected` count the rows that the parts hold: a row is `accepted` if it made all
    its events, and `rejected` if one or more could not be made. `published` counts the published
    events; it is None until all are published, and in reports of an older version. The parts hold
    `results_of_next_row` results of the row after these rows.

    `state` is `extracting` at first. It is `inserting` when all rows are read and every part is in
    the bucket. When all events are published, it is `done` if the counts agree, and `unbalanced`
    if rows or events were lost. `refused` is a slug that says why no further row could be read, and
    `detail` what would be right. `rejections` counts rejected rows by reason, and `rejected_bytes`
    the bytes of their objects. `missing_columns` are columns that the rules read and the header
    does not have, without which fields of all events are null. `sequencer` is that of the S3 event;
    it is empty in reports of an older version. `reader_version` says which rows the reader yields:
    an extraction continues by their number. `mapping` is the version of the source's rules; it is
    empty for a source without rules, and None before the first run. `revision` is that of all
    events that are made after the rules have changed. `runs` counts the runs of the extractor.
    Times are UTC.
    """

    # A report that an older version started has two more fields.
    model_config = ConfigDict(extra="ignore", validate_assignment=True)

    source: str
    upload_id: str
    key: str
    version_id: str | None
    sequencer: str = ""
    size_bytes: int
    state: Literal["extracting", "inserting", "done", "unbalanced"] = "extracting"
    refused: str = ""
    detail: str = ""
    reader_version: int = 1
    mapping: str | None = ""
    revision: str | None = None
    runs: int = 1
    rows: int = 0
    results_of_next_row: int = 0
    accepted: int = 0
    ignored: int = 0
    rejected: int = 0
    # In a report of an older version each accepted row made one event.
    events: int = Field(default_factory=lambda counted: counted["accepted"])
    rejected_bytes: int = 0
    published: int | None = None
    rejections: dict[str, int] = {}
    missing_columns: list[str] = []
    examples: list[Example] = []
    parts: int = 0
    uploaded_at: str
    started_at: str
    extracted_at: str | None = None
    inserted_at: str | None = None

    def note_rules(self, version: str, now: str) -> None:
        """Note the version of the rules, before a run of the extractor.

        Other rules than those of the run before make later revisions of the events, so that their
        events win. They may make other results of a row, so they begin with a whole row.
        """
        if self.mapping not in (None, version):
            self.revision = now
            self.results_of_next_row = 0
        self.mapping = version

    def note_missing_columns(self, columns: list[str]) -> None:
        """Set the columns that the header of the file does not have."""
        self.missing_columns = columns

    @property
    def is_settled(self) -> bool:
        """Return whether the state is final."""
        return self.state in ("done", "unbalanced")

    @property
    def shown_state(self) -> ShownState:
        """Return the state that commands show: `refused` instead of `done` for a refused file."""
        return "refused" if self.state == "done" and self.refused else self.state

    @property
    def is_balanced(self) -> bool:
        """Return whether each row has an outcome, and each event was published."""
        has_all_rows = self.rows == self.accepted + self.ignored + self.rejected
        return has_all_rows and self.published in (None, self.events)


def new_report(upload: Upload, source: str, runs: int = 1) -> Report:
    """Return the report of an upload before its first row is read."""
    return Report(
        source=source,
        upload_id=upload.keys.upload_id,
        key=upload.key,
        version_id=upload.version_id,
        sequencer=upload.sequencer,
        size_bytes=upload.size_bytes,
        uploaded_at=upload.uploaded_at,
        started_at=timestamp(datetime.now(UTC)),
        reader_version=READER_VERSION,
        mapping=None,
        runs=runs,
    )

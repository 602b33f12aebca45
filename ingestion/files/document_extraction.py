"""Extract a document: write its text and its unreadable pages. The report counts its pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import file_digest
from tempfile import TemporaryFile
from typing import BinaryIO

from entities.document import text_key
from ingestion.catalog import Files
from ingestion.errors import FieldError, RefusedFile, RejectedRecord
from ingestion.event import Event
from ingestion.files.document import DocumentText, TextObject, Texts, document_id
from ingestion.files.mappers.row_result import RejectedRow
from ingestion.files.mappers.rows import RowIds
from ingestion.files.part import Part
from ingestion.files.report import Report
from ingestion.files.timed_stream import OutOfTime
from ingestion.files.upload import Upload
from ingestion.syntax.times import timestamp

# Increase this number when the readers change. Only then does `ingest files retry --force` replace
# the stored texts.
TEXT_VERSION = 2
# Reads a file with this name and this encoding, until `must_stop`, the last argument, returns True.
DocumentReader = Callable[[BinaryIO, str, str, Callable[[], bool]], DocumentText]


def text_version(files: Files) -> str:
    """Return the version of what is made of a source's documents."""
    return f"text-{TEXT_VERSION}-{files.encoding}"


def extract_document(
    texts: Texts,
    upload: Upload,
    files: Files,
    report: Report,
    read: DocumentReader,
    must_stop: Callable[[], bool],
) -> Part:
    """Write the text of a document. Return a part with its event, and its pages as rows.

    Raises RefusedFile if the document cannot be read, or not in time.
    """
    with TemporaryFile() as file:
        texts.bucket.download(upload, file)
        file.seek(0)
        digest = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        try:
            found = read(file, upload.name, files.encoding, must_stop)
        except OutOfTime as error:
            what = "takes too long to be read: split the document, or save it in another format"
            raise RefusedFile("too_slow", what) from error
    text = _text_object(upload, found, digest, report.revision)
    key = text_key(upload.keys.source, text.document_id)
    event = text.event(upload.keys.source, key)
    texts.store(key, text, event)
    report.rows, report.events = len(found.pages), 1
    return _part_of(event, found)


def _part_of(event: Event, found: DocumentText) -> Part:
    """Return the part of a document: one event, and each page as a row."""
    rejected = [_rejected(page, message) for page, message in found.faults]
    accepted = len(found.pages) - len(rejected)
    size_bytes = sum(len(row.document) + 1 for row in rejected)
    encoded = event.json_bytes
    return Part([encoded], rejected, accepted, event_bytes=len(encoded), rejected_bytes=size_bytes)


def _text_object(
    upload: Upload, found: DocumentText, sha256: str, revision: str | None
) -> TextObject:
    return TextObject(
        document_id=document_id(upload),
        event_id=RowIds(upload).row_id(1),
        key=upload.key,
        version_id=upload.version_id,
        name=upload.name,
        media_type=found.media_type,
        size_bytes=upload.size_bytes,
        sha256=sha256,
        uploaded_at=upload.uploaded_at,
        extracted_at=timestamp(datetime.now(UTC)),
        revision=revision,
        content=found.pages,
    )


def _rejected(page: int, message: str) -> RejectedRow:
    rejection = RejectedRecord("unreadable_page", FieldError("", message))
    return RejectedRow.of(page, rejection, None)

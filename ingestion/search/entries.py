"""Reads entries: items of the table, with the texts of documents, which are objects in S3.

A text is deleted after its entity was deleted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError
from pydantic import BaseModel, ValidationError

from entities.document import MAX_TEXT_BYTES, Document, text_key
from ingestion.aws.conditional_put import status_of
from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.errors import FieldError, RejectedRecord
from ingestion.search.entry import TEXT_KEY_FIELD, Write, entry_of
from ingestion.settings import POOL_SIZE
from ingestion.store.attributes import EVENT
from ingestion.store.change import Change
from ingestion.store.reader import MAX_KEYS, TableReader
from ingestion.store.table import ID

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

_MAX_FIELDS_BYTES = 1_000_000  # Of what a text object has besides the text.
OPERATOR = "operator"  # Corrections keep the text of the source.
_KEY_WITH_SOURCE = re.compile(r"texts/([^/]+)/[^/]+\.json")

Item = Mapping[str, Any]


class TextContent(BaseModel):
    """The part of a text object that is indexed: the text of each page."""

    content: list[str]


@dataclass
class ReadEntries:
    """Entries that are read while `writes` is iterated. Iterate it once, before the other fields.

    `deleted` holds the keys of deleted entities: their entries are None. `rejected` says why an
    entity's text can never be indexed; its entry has the other fields. `failed` holds the keys that
    could not be read now, with AWS's code. `writes` leaves these keys out.
    """

    writes: Iterator[Write] = field(default_factory=lambda: iter(()))
    deleted: set[str] = field(default_factory=set)
    rejected: dict[str, RejectedRecord] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class ScannedRows(NamedTuple):
    """Some rows of the table, and the key of the last one; None for the end of the table."""

    found: ReadEntries
    last: str | None


@dataclass(frozen=True)
class EntryReader:
    """The table, the bucket of the texts, and threads that read texts."""

    table: TableReader
    s3: "S3Client"
    bucket: str
    pool: Executor

    def read(self, keys: Iterable[str]) -> ReadEntries:
        """Read the current entries of these keys, consistently, as they are iterated.

        The iteration raises boto3's errors.
        """
        found = ReadEntries()
        found.writes = self._read_keys(iter(dict.fromkeys(keys)), found)
        return found

    def scan(self, after: str | None) -> Iterator[ScannedRows]:
        """Read all entries of the table after a key. Raises boto3's errors."""
        for items, last in self.table.scan(after):
            found = ReadEntries()
            found.writes = self._read_items(iter(items), found)
            yield ScannedRows(found, last)

    def _read_keys(self, keys: Iterator[str], found: ReadEntries) -> Iterator[Write]:
        while wanted := list(islice(keys, MAX_KEYS)):
            items = self.table.read_existing(wanted, is_consistent=True)
            yield from self._read_items(iter(items.values()), found)
            found.deleted |= {*wanted} - items.keys()
            yield from ((key, None) for key in wanted if key not in items)

    def _read_items(self, items: Iterator[Item], found: ReadEntries) -> Iterator[Write]:
        """Yield the entries of items. Threads request the texts, which are read one by one."""
        while some := list(islice(items, POOL_SIZE)):
            requested = [self.pool.submit(self._request_text, item) for item in some]
            for item, response in zip(some, requested, strict=True):
                key: str = item[ID]["S"]
                try:
                    yield key, entry_of(item, _text_of(response.result()))
                except RejectedRecord as rejection:
                    found.rejected[key] = rejection
                    yield key, entry_of(item)
                except FAILED_CALL as error:
                    found.failed[key] = failure_code(error)

    def _request_text(self, item: Item) -> "StreamingBody | None":
        """Return the object with the text of a document. Raises RejectedRecord, boto3's errors."""
        text_key = item.get(TEXT_KEY_FIELD, {}).get("S")
        if text_key is None:
            return None
        source = item.get(EVENT, {}).get("M", {}).get("source", {}).get("S")
        place = _KEY_WITH_SOURCE.fullmatch(text_key)
        if not place or source not in (place[1], OPERATOR):
            raise _rejection("invalid_text_key", f"must be texts/{source}/….json")
        try:
            response = self.s3.get_object(Bucket=self.bucket, Key=text_key)
        except ClientError as error:
            if status_of(error) != HTTPStatus.NOT_FOUND:
                raise
            raise _rejection("text_missing", "names no object: upload the file again") from error
        # JSON writes a quote, a backslash or a line break of the text as two bytes.
        if response["ContentLength"] > 2 * MAX_TEXT_BYTES + _MAX_FIELDS_BYTES:
            raise _too_large()
        return response["Body"]


def _text_of(body: "StreamingBody | None") -> str:
    """Return the text in an object. Raises RejectedRecord, and boto3's errors."""
    if body is None:
        return ""
    try:
        content = TextContent.model_validate_json(body.read()).content
    except ValidationError as error:
        raise _rejection("invalid_text", "must be JSON with `content`") from error
    if sum(len(page.encode()) for page in content) > MAX_TEXT_BYTES:
        raise _too_large()
    return "\n".join(content)


def _too_large() -> RejectedRecord:
    return _rejection("text_too_large", f"must name a text of at most {MAX_TEXT_BYTES} bytes")


def _rejection(reason: str, message: str) -> RejectedRecord:
    return RejectedRecord(reason, FieldError(TEXT_KEY_FIELD, message))


class UploadTime(BaseModel):
    """The part of a text object that says when its file was uploaded."""

    uploaded_at: str


@dataclass(frozen=True)
class DeletedTexts:
    """The bucket of the texts."""

    s3: "S3Client"
    bucket: str

    def delete(self, change: Change) -> None:
        """Delete the text of a document that the table no longer has. Raises boto3's errors.

        The text of a later upload stays: its event may still be on its way. An upload that writes
        its text meanwhile changes the ETag.
        """
        key = self._key_of(change)
        if not key:
            return
        try:
            stored = self.s3.get_object(Bucket=self.bucket, Key=key)
            if _is_older(stored["Body"].read(), change.time):
                self.s3.delete_object(Bucket=self.bucket, Key=key, IfMatch=stored["ETag"])
        except ClientError as error:
            gone = (HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT)
            if status_of(error) not in gone:
                raise

    def _key_of(self, change: Change) -> str | None:
        """Return the key of the deleted document's own text. No entity may name another's."""
        before = change.data.before
        if change.kind != "deleted" or change.entity_name != Document.entity_name or not before:
            return None
        key = before.get(TEXT_KEY_FIELD)
        match str(key).split("/"):
            case [_, source, _] if key == text_key(source, change.subject):
                return str(key)
        return None


def _is_older(content: bytes, time: str) -> bool:
    """Return whether the text is of an upload before this time. Other bytes are no text."""
    try:
        return UploadTime.model_validate_json(content).uploaded_at < time
    except ValidationError:
        return True

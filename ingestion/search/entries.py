"""Reads entries: items of the table, with the texts of documents, which are objects in S3."""

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError
from pydantic import BaseModel, ValidationError

from entities.document import MAX_TEXT_BYTES
from ingestion.aws.conditional_put import status_of
from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.catalog import OPERATOR
from ingestion.errors import FieldError, RejectedRecord
from ingestion.search.entry import TEXT_KEY_FIELD, Write, entry_of
from ingestion.settings import POOL_SIZE
from ingestion.store.attributes import EVENT
from ingestion.store.reader import MAX_KEYS, TableReader
from ingestion.store.table import ID

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

_MAX_FIELDS_BYTES = 1_000_000  # The most bytes of the other fields of a text object.
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
    """The table, the bucket of the texts, threads that read texts, and the most bytes of a text."""

    table: TableReader
    s3: "S3Client"
    bucket: str
    pool: Executor
    max_text_bytes: int = MAX_TEXT_BYTES
    max_fields_bytes: int = _MAX_FIELDS_BYTES

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
                    yield key, entry_of(item, self._text_of(response.result()))
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
        if not place or source not in (place[1], OPERATOR):  # Corrections keep the text.
            raise _rejection("invalid_text_key", f"must be texts/{source}/….json")
        try:
            response = self.s3.get_object(Bucket=self.bucket, Key=text_key)
        except ClientError as error:
            if status_of(error) != HTTPStatus.NOT_FOUND:
                raise
            raise _rejection("text_missing", "names no object: upload the file again") from error
        # JSON writes a quote, a backslash or a line break of the text as two bytes.
        if response["ContentLength"] > 2 * self.max_text_bytes + self.max_fields_bytes:
            raise self._too_large()
        return response["Body"]

    def _text_of(self, body: "StreamingBody | None") -> str:
        """Return the text in an object. Raises RejectedRecord, and boto3's errors."""
        if body is None:
            return ""
        try:
            content = TextContent.model_validate_json(body.read()).content
        except ValidationError as error:
            raise _rejection("invalid_text", "must be JSON with `content`") from error
        if sum(len(page.encode()) for page in content) > self.max_text_bytes:
            raise self._too_large()
        return "\n".join(content)

    def _too_large(self) -> RejectedRecord:
        limit = f"must name a text of at most {self.max_text_bytes} bytes"
        return _rejection("text_too_large", limit)


def _rejection(reason: str, message: str) -> RejectedRecord:
    return RejectedRecord(reason, FieldError(TEXT_KEY_FIELD, message))

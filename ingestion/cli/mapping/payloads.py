"""Reads the payloads of a file, as the API reads a request and as the extractor reads a table."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO, TextIOWrapper
from typing import Any, NamedTuple

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.auth.standard_webhooks import SIGNATURE
from ingestion.catalog import Source
from ingestion.errors import IngestionError, RefusedFile, RejectedRecord
from ingestion.exact_json import UnreadableItem
from ingestion.files.mappers.read_columns import check_read_columns
from ingestion.files.mappers.rows import read_cells, read_line
from ingestion.files.rows.header import split_header
from ingestion.files.rows.lines import MARK_WRONG_BYTES, read_lines
from ingestion.files.rows.row import Row, UnreadableRow
from ingestion.files.rows.table import read_table
from ingestion.http.http_problem import HttpProblem
from ingestion.http.payloads import FORM, XML, origin_of
from ingestion.http.payloads import read_payloads as read_payloads_of_request
from ingestion.intake.media_type import JSON
from ingestion.mapping.outcome import Origin

FORMAT_BY_SUFFIX = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".form": "form",
    ".xml": "xml",
    ".csv": "csv",
    ".tsv": "tsv",
}
_POSTED = {"json": JSON, "form": FORM, "xml": XML[0]}
_TABLES = ("csv", "tsv")


class Request(NamedTuple):
    """When a payload is received, and with which headers and parameters of the URL."""

    received_at: str
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}


class Payload(NamedTuple):
    """A payload of a file: its document, or why there is none. A row has the number of its line."""

    document: Any
    problem: str | None = None
    line: int | None = None


class Payloads(NamedTuple):
    """The payloads of a file, and what expressions read beside them.

    In a form, in XML and in a table every value is a text. `is_post` says that all payloads come
    in one request.
    """

    items: list[Payload]
    origin: Origin
    is_text: bool
    is_post: bool


class UnreadablePayloads(IngestionError):
    """A file that the platform would refuse as a whole. The message says why."""


def read_payloads(content: bytes, file_format: str, source: Source, request: Request) -> Payloads:
    """Return the payloads of a file in one of the formats. Raises UnreadablePayloads."""
    try:
        if file_format in _POSTED:
            return _of_post(content, _POSTED[file_format], source, request)
        is_table = file_format in _TABLES
        if is_table and (request.headers or request.query):
            raise UnreadablePayloads("a row of a table has no headers and no query")
        items = list(_of_text_file(content, file_format, source))
        if not items:
            raise UnreadablePayloads("the file holds no payload")
        headers = {name.lower(): text for name, text in request.headers.items()}
        origin = Origin(request.received_at, headers, request.query)
        return Payloads(items, origin, is_text=is_table, is_post=False)
    except HttpProblem as problem:
        raise UnreadablePayloads(problem.members["detail"]) from problem
    except RefusedFile as refusal:
        raise UnreadablePayloads(refusal.detail) from refusal
    except UnicodeError as error:
        raise UnreadablePayloads(f"is not {source.files.encoding}: {error}") from error


def _of_post(content: bytes, content_type: str, source: Source, request: Request) -> Payloads:
    """Return the payloads as the API reads them."""
    event = APIGatewayProxyEvent(
        {
            "body": b64encode(content).decode(),
            "isBase64Encoded": True,
            "headers": {"content-type": content_type, **request.headers},
            "queryStringParameters": {**request.query},
            "multiValueQueryStringParameters": {n: [text] for n, text in request.query.items()},
        }
    )
    found = read_payloads_of_request(event, source.form)
    items = [
        Payload(item.text, f"is not JSON: {item.message}")
        if isinstance(item, UnreadableItem)
        else Payload(item)
        for item in found.items
    ]
    origin = origin_of(event, request.received_at, SIGNATURE if source.auth == "hmac" else None)
    return Payloads(items, origin, is_text=found.is_text, is_post=True)


def _of_text_file(content: bytes, file_format: str, source: Source) -> Iterator[Payload]:
    files = source.files
    encoding = files.python_encoding
    with TextIOWrapper(BytesIO(content), encoding, MARK_WRONG_BYTES, newline="") as text:
        if file_format == "jsonl":
            yield from (_of_row(row, read_line) for row in read_lines(text))
            return
        delimiter = "\t" if file_format == "tsv" else files.delimiter
        header, rows = split_header(read_table(text, delimiter))
        check_read_columns(source, header)
        read = read_cells(header)
        yield from (_of_row(row, read) for row in rows)


def _of_row(row: Row, read: Callable[[Any], Any]) -> Payload:
    """Return the payload that is the content of a row. `read` raises RejectedRecord."""
    line, content = row
    if isinstance(content, UnreadableRow):
        return Payload(content.text, f"line {line}: {content.message}", line)
    try:
        return Payload(read(content), line=line)
    except RejectedRecord as rejection:
        return Payload(content, f"line {line}: {rejection.detail}", line)

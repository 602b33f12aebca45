"""Reads the payloads of a file, as the API reads a request and as the extractor reads an upload."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from ingestion.catalog import Source
from ingestion.cli.mapping.formats import UPLOAD
from ingestion.errors import IngestionError, RefusedFile, RejectedRecord
from ingestion.files.archive import open_unpacked
from ingestion.files.mappers.results import payload_reader
from ingestion.files.rows.open_rows import open_rows
from ingestion.files.rows.row import Row, UnreadableRow
from ingestion.http.http_problem import HttpProblem
from ingestion.http.payloads import FORM, XML, origin_of
from ingestion.http.payloads import read_payloads as read_payloads_of_request
from ingestion.intake.media_type import JSON
from ingestion.mapping.outcome import Origin
from ingestion.syntax.exact_json import UnreadableItem

_POSTED = {"json": JSON, "form": FORM, "xml": XML[0]}


class PayloadFile(NamedTuple):
    """A file, and how to read it: a value of `FORMAT_BY_SUFFIX`."""

    name: str
    file_format: str
    content: bytes


class Request(NamedTuple):
    """When a payload is received, and with which headers and parameters of the URL."""

    received_at: str
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}


class Payload(NamedTuple):
    """A payload of a file, or what is not readable and why. A row has the number of its line."""

    content: Any
    problem: str | None = None
    line: int | None = None

    @property
    def document(self) -> Any:
        """Return the payload, or the text of a payload that is not JSON."""
        return self.content.text if isinstance(self.content, UnreadableItem) else self.content


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


def read_payloads(file: PayloadFile, source: Source, request: Request) -> Payloads:
    """Return the payloads of a file. Raises UnreadablePayloads."""
    try:
        if file.file_format in _POSTED:
            return _of_post(file.content, _POSTED[file.file_format], source, request)
        return _of_rows(file, source, request)
    except HttpProblem as problem:
        raise UnreadablePayloads(problem.members["detail"]) from problem
    except RefusedFile as refusal:
        raise UnreadablePayloads(refusal.detail) from refusal


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
        Payload(item, f"is not JSON: {item.message}" if isinstance(item, UnreadableItem) else None)
        for item in found.items
    ]
    signature_header = source.scheme.header.lower() if source.auth == "hmac" else None
    origin = origin_of(event, request.received_at, signature_header)
    return Payloads(items, origin, is_text=found.is_text, is_post=True)


def _of_rows(file: PayloadFile, source: Source, request: Request) -> Payloads:
    """Return the payloads as the extractor reads them. Raises RefusedFile."""
    is_upload, size = file.file_format == UPLOAD, len(file.content)
    with ExitStack() as stack:
        file_format: str = file.file_format
        unpacked: BinaryIO = BytesIO(file.content)
        if is_upload:
            file_format, unpacked = stack.enter_context(open_unpacked(unpacked, file.name, size))
        opened = stack.enter_context(open_rows(unpacked, file_format, source.files, size))
        is_table = opened.header is not None
        if (is_table or is_upload) and (request.headers or request.query):
            raise UnreadablePayloads("a row of a file has no headers and no query")
        read_payload = payload_reader(source, opened)
        items = [_of_row(row, read_payload) for row in opened.rows]
    if not items:
        raise UnreadablePayloads("the file holds no payload")
    headers = {name.lower(): text for name, text in request.headers.items()}
    origin = Origin(request.received_at, headers, request.query)
    return Payloads(items, origin, is_text=is_table, is_post=False)


def _of_row(row: Row, read_payload: Callable[[Any], Any]) -> Payload:
    """Return the payload that is the content of a row. `read_payload` raises RejectedRecord."""
    line, content = row
    if isinstance(content, UnreadableRow):
        return Payload(content.text, f"line {line}: {content.message}", line)
    try:
        return Payload(read_payload(content), line=line)
    except RejectedRecord as rejection:
        return Payload(content, f"line {line}: {rejection.detail}", line)

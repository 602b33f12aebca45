"""Reads the payloads of a file, in any format that a source may send."""

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from typing import Any, NamedTuple

from ingestion import exact_json
from ingestion.catalog import Source
from ingestion.errors import IngestionError, RefusedFile
from ingestion.exact_json import UnreadableItem
from ingestion.files.rows.header import split_header
from ingestion.files.rows.lines import MARK_WRONG_BYTES, read_lines
from ingestion.files.rows.row import Row, UnreadableRow
from ingestion.files.rows.table import read_table

FORMAT_BY_SUFFIX = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".form": "form",
    ".xml": "xml",
    ".csv": "csv",
    ".tsv": "tsv",
}


class Payload(NamedTuple):
    """A payload of a file: its document, or why there is none.

    The values of a text payload are texts: those of a form, of XML or of a row of a table.
    """

    document: Any
    is_text: bool = False
    problem: str | None = None


class UnreadablePayloads(IngestionError):
    """A file of which no payload can be read. The message says why."""


def read_payloads(content: bytes, file_format: str, source: Source) -> list[Payload]:
    """Return the payloads of a file in one of the formats. Raises UnreadablePayloads."""
    try:
        match file_format:
            case "json":
                return list(_of_document(content))
            case "form" | "xml":
                return [_of_body(content, file_format, source)]
            case _:
                return list(_of_text_file(content, file_format, source))
    except (ValueError, RefusedFile) as error:
        detail = error.detail if isinstance(error, RefusedFile) else f"{error}"
        raise UnreadablePayloads(detail) from error


def _of_document(content: bytes) -> Iterator[Payload]:
    document = exact_json.read_by_item(content)
    for item in document if isinstance(document, list) else [document]:
        if isinstance(item, UnreadableItem):
            yield Payload(item.text, problem=f"is not JSON: {item.message}")
        else:
            yield Payload(item)


def _of_body(content: bytes, file_format: str, source: Source) -> Payload:
    raise NotImplementedError


def _of_text_file(content: bytes, file_format: str, source: Source) -> Iterator[Payload]:
    files = source.files
    encoding = files.python_encoding
    with TextIOWrapper(BytesIO(content), encoding, MARK_WRONG_BYTES, newline="") as text:
        if file_format == "jsonl":
            yield from map(_of_line, read_lines(text))
            return
        delimiter = "\t" if file_format == "tsv" else files.delimiter
        header, rows = split_header(read_table(text, delimiter))
        for row in rows:
            yield _of_row(header, row)


def _of_line(row: Row) -> Payload:
    line, text = row
    if isinstance(text, UnreadableRow):
        return Payload(text.text, problem=f"line {line}: {text.message}")
    try:
        return Payload(exact_json.read(text))
    except ValueError as error:
        return Payload(text, problem=f"line {line}: is not JSON: {error}")


def _of_row(header: list[str], row: Row) -> Payload:
    line, cells = row
    if isinstance(cells, UnreadableRow):
        return Payload(cells.text, is_text=True, problem=f"line {line}: {cells.message}")
    if len(cells) != len(header):
        problem = f"has {len(cells)} cells: must have {len(header)}, like the header"
        return Payload(cells, is_text=True, problem=f"line {line}: {problem}")
    columns = zip(header, cells, strict=True)
    return Payload({name: cell or None for name, cell in columns if name}, is_text=True)

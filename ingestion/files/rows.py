"""Reads the rows of JSON documents and workbooks; a bad one harms only itself.

Every reader yields the line (from 1) on which a row begins and its content, or, where it has none,
an `Unreadable` with the reason.
"""

import lzma
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import ParseError

from pydantic_core import from_json

from ingestion.errors import RefusedFile
from ingestion.files.archive import too_much, unpacked_limit

MAX_CELL_CHARACTERS = 131_072
MAX_JSON_BYTES = 32 * 1024 * 1024
MAX_SHARED_STRINGS_BYTES = 64 * 1024 * 1024
MAX_PART_BYTES = 4 * 1024 * 1024
MAX_SHEET_ROWS = 1_048_576  # XLSX: what a sheet has; a hostile one may claim more.
# What openpyxl raises for files of other kinds, and damaged ones.
_NO_WORKBOOK = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(LookupError, ValueError, TypeError, AttributeError, RuntimeError, ParseError),
)
# What Excel shows where a formula failed.
_CELL_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})


class Unreadable(NamedTuple):
    """Why there is no row, and the text in its place."""

    message: str
    text: str


Row = tuple[int, Any]


def read_document(file: BinaryIO, encoding: str) -> Iterator[Row]:
    """The items of a JSON array, or the one item; their places stand for lines.

    Raises RefusedFile for what is no JSON, or too large to be held whole.
    """
    content = file.read(MAX_JSON_BYTES + 1)
    if len(content) > MAX_JSON_BYTES:
        raise RefusedFile(
            "too_large", f"a JSON document has at most {MAX_JSON_BYTES} bytes: send JSON Lines"
        )
    try:
        document = from_json(content.decode(encoding), allow_inf_nan=False)
    except ValueError as error:
        raise RefusedFile("not_json", f"not JSON: {error}") from error
    items = document if isinstance(document, list) else [document]
    yield from enumerate(items, start=1)


def read_sheet(file: BinaryIO, packed_bytes: int) -> Iterator[Row]:
    """The rows of a workbook's first sheet as lists of cells; empty ones are none.

    Whole days come as YYYY-MM-DD, other times as RFC 3339 in UTC. Raises RefusedFile.
    """
    from openpyxl import load_workbook  # Costly, and for workbooks only.

    warnings.filterwarnings("ignore", module="openpyxl")  # They hold what stands in cells.
    try:
        _check_workbook(file, packed_bytes)
        book = load_workbook(file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # Some programs write wrong ones.
        yield from _filled(sheet.iter_rows(values_only=True))
    except _NO_WORKBOOK as error:
        what = type(error).__name__
        raise RefusedFile("not_a_workbook", f"cannot be read as XLSX ({what})") from error


def _filled(rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    """The rows that hold something, as wide as the first: a sheet is as wide as its widest."""
    width = 0
    for number, values in enumerate(rows, start=1):
        if number > MAX_SHEET_ROWS:
            raise RefusedFile("too_large", f"a sheet has at most {MAX_SHEET_ROWS} rows")
        cells = [_text_of(value) for value in values]
        while len(cells) > width and not cells[-1]:
            cells.pop()
        width = width or len(cells)
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
            message = f"has a cell of more than {MAX_CELL_CHARACTERS} characters"
            yield number, Unreadable(message, "")
        elif not _CELL_ERRORS.isdisjoint(cells):
            yield number, Unreadable("has a cell that holds an error, such as #N/A", "")
        elif any(cells):
            yield number, cells + [""] * (width - len(cells))


def _check_workbook(file: BinaryIO, packed_bytes: int) -> None:
    """Refuse what would unpack to too much: a workbook is a zip, and only its sheets are streamed.

    What a part is shows at its beginning: a hostile file may name it otherwise.
    """
    limit = unpacked_limit(packed_bytes)
    with zipfile.ZipFile(file) as archive:
        if sum(member.file_size for member in archive.infolist()) > limit:
            raise too_much(limit)
        for member in archive.infolist():
            if member.file_size > MAX_PART_BYTES:
                with archive.open(member) as part:
                    _check_part(member.file_size, part.read(4096))


def _check_part(size_bytes: int, beginning: bytes) -> None:
    most = MAX_SHARED_STRINGS_BYTES if b"<sst" in beginning else MAX_PART_BYTES
    if b"<worksheet" not in beginning and size_bytes > most:
        raise RefusedFile(
            "too_large",
            f"a workbook's texts have at most {MAX_SHARED_STRINGS_BYTES} bytes, its other parts"
            f" {MAX_PART_BYTES}: send CSV",
        )


def _text_of(value: Any) -> str:
    """A cell's value as it would stand in CSV."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime() if value.time() == time.min:
            return value.date().isoformat()
        case datetime():
            return f"{value.isoformat()}Z"
    return str(value)

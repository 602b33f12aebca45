"""Read the first sheet of an XLSX workbook row by row, within limits on what it unpacks to."""

import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from ingestion.errors import RefusedFile
from ingestion.files.archive import DAMAGE, unpacked_limit, unpacked_too_large
from ingestion.files.rows.row import MAX_CELL_CHARACTERS, Row, UnreadableRow

# openpyxl raises these for damaged files and files of other kinds.
_NO_WORKBOOK = (*DAMAGE, LookupError, TypeError, AttributeError, ParseError)
# Excel shows these where a formula failed.
_CELL_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})


@dataclass(frozen=True)
class WorkbookLimits:
    """The largest parts that openpyxl keeps in memory, and the most rows of a sheet."""

    part_bytes: int = 4 * 1024 * 1024
    shared_strings_bytes: int = 64 * 1024 * 1024
    rows: int = 1_048_576  # The most that XLSX allows; a hostile sheet may have more.


LIMITS = WorkbookLimits()


def read_sheet(file: BinaryIO, packed_bytes: int, limits: WorkbookLimits = LIMITS) -> Iterator[Row]:
    """Yield the rows of a workbook's first sheet as lists of cells, and skip empty rows.

    Whole days are YYYY-MM-DD, other times RFC 3339 in UTC. Raises RefusedFile.
    """
    from openpyxl import load_workbook  # Slow to import, and for workbooks only.

    warnings.filterwarnings("ignore", module="openpyxl")  # Its warnings quote cells.
    try:
        _check_workbook(file, packed_bytes, limits)
        book = load_workbook(file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # Some programs write wrong dimensions.
        yield from _filled(sheet.iter_rows(values_only=True), limits.rows)
    except _NO_WORKBOOK as error:
        error_name = type(error).__name__
        raise RefusedFile("not_a_workbook", f"cannot be read as XLSX ({error_name})") from error


def _filled(rows: Iterable[tuple[Any, ...]], max_rows: int) -> Iterator[Row]:
    """Yield the rows that are not empty, as wide as the first row: openpyxl pads all rows."""
    width = 0
    for number, values in enumerate(rows, start=1):
        if number > max_rows:
            raise RefusedFile("too_large", f"a sheet has at most {max_rows} rows")
        cells = [_text_of(value) for value in values]
        while len(cells) > width and not cells[-1]:
            cells.pop()
        width = width or len(cells)
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
            message = f"has a cell of more than {MAX_CELL_CHARACTERS} characters"
            yield number, UnreadableRow(message, "")
        elif not _CELL_ERRORS.isdisjoint(cells):
            yield number, UnreadableRow("has a cell that holds an error, such as #N/A", "")
        elif any(cells):
            yield number, cells + [""] * (width - len(cells))


def _check_workbook(file: BinaryIO, packed_bytes: int, limits: WorkbookLimits) -> None:
    """Refuse a workbook that unpacks to too much. openpyxl streams only the sheets of the zip.

    The start of a part shows its kind. A hostile file may give it another name.
    """
    limit = unpacked_limit(packed_bytes)
    with zipfile.ZipFile(file) as archive:
        if sum(member.file_size for member in archive.infolist()) > limit:
            raise unpacked_too_large(limit)
        for member in archive.infolist():
            if member.file_size > limits.part_bytes:
                with archive.open(member) as part:
                    _check_part(member.file_size, part.read(4096), limits)


def _check_part(size_bytes: int, beginning: bytes, limits: WorkbookLimits) -> None:
    most = limits.shared_strings_bytes if b"<sst" in beginning else limits.part_bytes
    if b"<worksheet" not in beginning and size_bytes > most:
        raise RefusedFile(
            "too_large",
            f"a workbook may hold {limits.shared_strings_bytes} bytes of shared text and"
            f" {limits.part_bytes} bytes in each other part: send CSV",
        )


def _text_of(value: Any) -> str:
    """Return a cell's value as CSV would show it."""
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

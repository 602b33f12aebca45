"""Read the first visible sheet of an XLSX workbook row by row, within limits."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile

from ingestion.errors import RefusedFile
from ingestion.files.archive import DAMAGE, check_directory, unpacked_limit, unpacked_too_large
from ingestion.files.rows.row import Row
from ingestion.files.rows.xlsx.cell import CellReader
from ingestion.files.rows.xlsx.package import Package, Parts, check_size
from ingestion.files.rows.xlsx.sheet import Sheet
from ingestion.files.rows.xlsx.styles import style_kinds
from ingestion.files.rows.xlsx.texts import shared_strings
from ingestion.files.rows.xlsx.xml import parse_part_by_piece
from ingestion.syntax.bounded_xml import MAX_ELEMENTS

# Reading damaged workbooks raises these. DAMAGE is that of the zip.
_DAMAGE = (*DAMAGE, ExpatError, LookupError, StopIteration)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # The beginning of .xls and of encrypted workbooks.


@dataclass(frozen=True)
class WorkbookLimits:
    """The largest parts that are kept in memory, and the most rows and elements of a sheet."""

    part_bytes: int = 4 * 1024 * 1024
    shared_strings_bytes: int = 64 * 1024 * 1024
    elements: int = MAX_ELEMENTS
    rows: int = 1_048_576  # The most that XLSX allows; a hostile sheet may have more.


LIMITS = WorkbookLimits()


def read_sheet(file: BinaryIO, packed_bytes: int, limits: WorkbookLimits = LIMITS) -> Iterator[Row]:
    """Yield the rows of the first visible sheet as lists of cells, and skip blank rows.

    Whole days are YYYY-MM-DD, other times RFC 3339 in UTC. A row that cannot be read says which
    cell is at fault. Raises RefusedFile.
    """
    try:
        check_directory(file)
        with ZipFile(file) as archive:
            parts = Package(archive, limits.part_bytes).parts()
            max_bytes = unpacked_limit(packed_bytes)
            _check_sizes(parts, max_bytes, limits)
            sheet = Sheet(
                _cell_reader(archive, parts),
                limits.rows,
                max_characters=max_bytes,  # A character has at least one byte.
            )
            with archive.open(parts.sheet) as content:
                for _ in parse_part_by_piece(content, sheet, limits.elements):
                    yield from sheet.take_rows()
    except _DAMAGE as error:
        raise RefusedFile("not_a_workbook", _reason(file, error)) from error


def _check_sizes(parts: Parts, limit: int, limits: WorkbookLimits) -> None:
    """Refuse parts that unpack to too much. The zip unpacks no part beyond the size it declares."""
    members = [member for member in (parts.sheet, parts.strings, parts.styles) if member]
    if sum(member.file_size for member in members) > limit:
        raise unpacked_too_large(limit)
    if parts.strings:
        check_size(parts.strings, limits.shared_strings_bytes)
    if parts.styles:
        check_size(parts.styles, limits.part_bytes)


def _cell_reader(archive: ZipFile, parts: Parts) -> CellReader:
    strings, styles = [], []
    if parts.strings:
        with archive.open(parts.strings) as content:
            strings = shared_strings(content)
    if parts.styles:
        with archive.open(parts.styles) as content:
            styles = style_kinds(content)
    return CellReader(strings, styles, parts.is_1904)


def _reason(file: BinaryIO, error: Exception) -> str:
    if isinstance(error, BadZipFile):
        with suppress(OSError, ValueError):
            file.seek(0)
            if file.read(len(_OLE)) == _OLE:
                return "is an .xls file or has a password: save it as .xlsx without a password"
    return f"cannot be read as XLSX ({type(error).__name__})"

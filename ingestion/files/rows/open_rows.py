"""Opens the rows of an unpacked file, in any of the formats that uploads accept."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import BinaryIO, NamedTuple

from ingestion.catalog import Files
from ingestion.errors import RefusedFile
from ingestion.files.rows.document import read_json_document
from ingestion.files.rows.header import split_header
from ingestion.files.rows.lines import MARK_WRONG_BYTES, read_lines
from ingestion.files.rows.row import Row
from ingestion.files.rows.table import read_table
from ingestion.files.rows.workbook import read_sheet


class OpenRows(NamedTuple):
    """The rows of a file, and the header of a table.

    A row of a table is a list of cells. A row of JSON Lines is a text. A row of a JSON document is
    a parsed item.
    """

    rows: Iterator[Row]
    header: list[str] | None = None
    are_lines: bool = False


@contextmanager
def open_rows(
    file: BinaryIO, file_format: str, files: Files, packed_bytes: int
) -> Iterator[OpenRows]:
    """Open the rows of a file in one of `archive.FORMATS`.

    The upload has `packed_bytes`. Raises RefusedFile, also while the rows are read, if no further
    row can be read.
    """
    text = TextIOWrapper(file, files.python_encoding, MARK_WRONG_BYTES, newline="")
    try:
        yield _rows_of(file, text, file_format, files, packed_bytes)
    except UnicodeError as error:
        is_cut = isinstance(error, UnicodeDecodeError)
        reason = "it ends within a character" if is_cut else str(error)
        raise RefusedFile(
            "wrong_encoding", f"the file is not {files.encoding}: {reason}"
        ) from error
    finally:
        text.detach()  # The opener of the file closes it.


def _rows_of(
    file: BinaryIO, text: TextIOWrapper, file_format: str, files: Files, packed_bytes: int
) -> OpenRows:
    match file_format:
        case "json":
            return OpenRows(read_json_document(file, files.python_encoding))
        case "jsonl":
            return OpenRows(_require_rows(read_lines(text)), are_lines=True)
        case "xlsx":
            table = read_sheet(file, packed_bytes)
        case "tsv":
            table = read_table(text, "\t")
        case _:
            table = read_table(text, files.delimiter)
    header, rows = split_header(table)
    return OpenRows(rows, header)


def _require_rows(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the rows. Raises RefusedFile if there are none."""
    row = next(rows, None)
    if row is None:
        raise RefusedFile("empty", "the file holds no row")
    yield row
    yield from rows

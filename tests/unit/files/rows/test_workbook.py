import io
import zipfile
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from ingestion.errors import RefusedFile
from ingestion.files.archive import ALWAYS_ALLOWED_BYTES
from ingestion.files.rows.row import MAX_CELL_CHARACTERS
from ingestion.files.rows.workbook import WorkbookLimits, read_sheet
from tests.support.read_rows import sound, unreadable


def workbook(*lines: list[Any]) -> io.BytesIO:
    book = openpyxl.Workbook()
    assert book.active
    for line in lines:
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def test_the_values_of_a_sheet_become_text_as_in_csv() -> None:
    file = workbook(
        ["id", "day", "moment", "number", "flag", "text"],
        ["1", date(2026, 1, 31), datetime(2026, 1, 31, 12), 12.5, True, "=1+1x"],
        [None, None],
        [2, None, None, 3, False, "ä"],
    )

    found = list(read_sheet(file, 10_000))

    assert found[0] == (1, ["id", "day", "moment", "number", "flag", "text"])
    assert found[1][1][:5] == ["1", "2026-01-31", "2026-01-31T12:00:00Z", "12.5", "true"]
    assert found[2] == (4, ["2", "", "", "3", "false", "ä"])


@pytest.mark.parametrize("content", [b"", b"PK", b"id\n1\n"])
def test_bytes_that_are_not_a_workbook_are_refused(content: bytes) -> None:
    with pytest.raises(RefusedFile) as refused:
        list(read_sheet(io.BytesIO(content), len(content)))

    assert refused.value.reason == "not_a_workbook"


def test_a_zip_file_that_is_not_a_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<broken")

    with pytest.raises(RefusedFile) as refused:
        list(read_sheet(file, 100))

    assert refused.value.reason == "not_a_workbook"


@pytest.mark.parametrize(
    ("part", "size", "is_refused"),
    [
        ("<sst>", 25_000, False),
        ("<sst>", 30_001, True),
        ("<styleSheet>", 20_001, True),
        ("<worksheet>", 99_000, False),
    ],
)
def test_a_workbook_with_a_part_too_large_for_memory_is_refused(
    part: str, size: int, is_refused: bool
) -> None:
    limits = WorkbookLimits(part_bytes=20_000, shared_strings_bytes=30_000)
    file = workbook(["id"])
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/any.xml", part.ljust(size))

    refused = pytest.raises(RefusedFile, match="too_large") if is_refused else nullcontext()
    with refused:
        assert list(read_sheet(file, 10_000, limits)) == [(1, ["id"])]


def changed(file: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    """Return the workbook with this replacement in its sheet."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert old in members[sheet]
    members[sheet] = members[sheet].replace(old, new)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made


def test_the_size_that_a_sheet_declares_is_ignored() -> None:
    file = changed(workbook(["id"], ["1"], ["2"]), b'ref="A1:A3"', b'ref="A1"')

    assert [cells for _, cells in read_sheet(file, 10_000)] == [["id"], ["1"], ["2"]]


def test_a_row_with_a_cell_that_holds_an_error_is_rejected() -> None:
    found = list(read_sheet(workbook(["id", "n"], ["1", "#N/A"], ["2", "3"]), 10_000))

    assert sound(found) == [(1, ["id", "n"]), (3, ["2", "3"])]
    assert "error" in unreadable(found)[2]


def test_reading_a_sheet_with_an_invalid_date_gives_no_warning(
    recwarn: pytest.WarningsRecorder,
) -> None:
    day = changed(workbook(["day"], [date(2026, 1, 31)]), b"<v>46053</v>", b"<v>4929123412</v>")

    list(read_sheet(day, 10_000))

    assert [str(warning.message) for warning in recwarn] == []


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    file = workbook(["id"])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/any.xml", bytes(ALWAYS_ALLOWED_BYTES))

    with pytest.raises(RefusedFile) as refused:
        list(read_sheet(file, 10_000))

    assert refused.value.reason == "unpacks_to_too_much"


def test_a_row_with_a_cell_that_is_too_long_is_rejected() -> None:
    file = changed(workbook(["id"], ["1"], ["2"]), b">1</", b">" + b"x" * 200_000 + b"</")

    found = list(read_sheet(file, 10_000))

    assert sound(found) == [(1, ["id"]), (3, ["2"])]
    assert str(MAX_CELL_CHARACTERS) in unreadable(found)[2]


def test_a_sheet_with_more_rows_than_a_workbook_can_have_is_refused() -> None:
    with pytest.raises(RefusedFile) as refused:
        list(read_sheet(workbook(["id"], ["1"], ["2"]), 10_000, WorkbookLimits(rows=2)))

    assert refused.value.reason == "too_large"

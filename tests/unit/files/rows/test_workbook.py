import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from ingestion.errors import RefusedFile
from ingestion.files.archive import ALWAYS_ALLOWED_BYTES
from ingestion.files.rows.workbook import WorkbookLimits, read_sheet
from tests.support.files.workbooks import STRICT, packed, parts, row, text_cell

CASES = Path(__file__).parents[3] / "cases"
SHEET = "xl/worksheets/sheet1.xml"
ONE_CELL = [(1, ["id"])]


def refusal(
    file: io.BytesIO, packed_bytes: int = 10_000, limits: WorkbookLimits | None = None
) -> str:
    with pytest.raises(RefusedFile) as refused:
        list(read_sheet(file, packed_bytes, limits or WorkbookLimits()))
    return f"{refused.value.reason}: {refused.value.detail}"


def sheet_cells(files: dict[str, str]) -> list[str]:
    """Return the cells of the only row."""
    [(_, cells)] = read_sheet(packed(files), 10_000)
    return list(cells)


def test_the_values_that_openpyxl_writes_become_text_as_in_csv() -> None:
    book = openpyxl.Workbook()
    assert book.active
    book.active.append(["id", "day", "moment", "number", "flag", "text"])
    book.active.append(["1", date(2026, 1, 31), datetime(2026, 1, 31, 12), 12.5, True, "x=1"])
    book.active.append([None, None])
    book.active.append([2, None, None, 3, False, "ä"])
    file = io.BytesIO()
    book.save(file)

    found = list(read_sheet(file, 10_000))

    assert found == [
        (1, ["id", "day", "moment", "number", "flag", "text"]),
        (2, ["1", "2026-01-31", "2026-01-31T12:00:00Z", "12.5", "true", "x=1"]),
        (4, ["2", "", "", "3", "false", "ä"]),
    ]


def test_a_strict_workbook_is_read_like_a_transitional_one() -> None:
    cells = text_cell("id"), '<c t="s"><v>0</v></c>', "<c><v>41.0</v></c>"
    shared = "<si><t>text</t></si>"

    assert sheet_cells(parts(row(*cells), shared=shared, namespaces=STRICT)) == ["id", "text", "41"]
    assert sheet_cells(parts(row(*cells), shared=shared)) == ["id", "text", "41"]


@pytest.mark.parametrize(
    ("sheets", "text"),
    [
        ('<sheet name="B" sheetId="2" r:id="rId3"/><sheet name="A" sheetId="1" r:id="rId1"/>', "o"),
        ('<sheet name="A" sheetId="9" r:id="rId1"/><sheet name="B" sheetId="1" r:id="rId3"/>', "i"),
        ('<sheet name="A" state="hidden" r:id="rId1"/><sheet name="B" r:id="rId3"/>', "o"),
        ('<sheet name="A" state="veryHidden" r:id="rId1"/><sheet name="B" r:id="rId3"/>', "o"),
        ('<sheet name="A" state="visible" r:id="rId1"/><sheet name="B" r:id="rId3"/>', "i"),
        ('<sheet name="C" r:id="rId2"/><sheet name="A" r:id="rId1"/>', "i"),
    ],
    ids=["order", "order, not id", "hidden", "very hidden", "visible", "chart"],
)
def test_the_first_visible_sheet_of_cells_in_the_order_of_the_workbook_is_read(
    sheets: str, text: str
) -> None:
    [cell] = sheet_cells(parts(row(text_cell("id")), sheets=sheets))

    assert cell[0] == text


@pytest.mark.parametrize(
    "sheets",
    ["", '<sheet name="C" r:id="rId2"/>', '<sheet name="A" state="hidden" r:id="rId1"/>'],
    ids=["none", "chart only", "hidden only"],
)
def test_a_workbook_without_a_visible_sheet_of_cells_is_refused(sheets: str) -> None:
    found = refusal(packed(parts(row(text_cell("id")), sheets=sheets)))

    assert found == "empty: the workbook has no visible sheet with cells"


@pytest.mark.parametrize("left_out", ["xl/styles.xml", "xl/sharedStrings.xml"])
def test_a_workbook_may_lack_parts_that_its_cells_do_not_need(left_out: str) -> None:
    files = parts(row(text_cell("id")))
    del files[left_out]

    assert sheet_cells(files) == ["id"]


@pytest.mark.parametrize("rename", [str.upper, lambda name: name.replace("/", "\\")])
def test_the_names_of_parts_have_no_case_and_either_separator(
    rename: Callable[[str], str],
) -> None:
    files = {rename(name): content for name, content in parts(row(text_cell("id"))).items()}

    assert sheet_cells(files) == ["id"]


@pytest.mark.parametrize("left_out", ["_rels/.rels", "xl/workbook.xml", SHEET])
def test_a_zip_without_the_parts_of_a_workbook_is_refused(left_out: str) -> None:
    files = parts(row(text_cell("id")))
    del files[left_out]

    assert refusal(packed(files)).startswith("not_a_workbook: the file is a zip that lacks")


@pytest.mark.parametrize("content", [b"", b"PK", b"id\n1\n"])
def test_bytes_that_are_not_a_workbook_are_refused(content: bytes) -> None:
    assert refusal(io.BytesIO(content)).startswith("not_a_workbook: cannot be read as XLSX")


def test_an_old_or_encrypted_workbook_is_refused_by_its_kind() -> None:
    content = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)

    assert "is an .xls file or has a password" in refusal(io.BytesIO(content))


def test_a_damaged_member_is_refused_after_the_rows_before_it() -> None:
    rows = [row(text_cell(f"{number:0>99}")) for number in range(20_000)]
    content = bytearray(packed(parts(*rows)).getvalue())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        member = archive.getinfo(SHEET)
    damaged = member.header_offset + member.compress_size // 2
    content[damaged : damaged + 100] = bytes(100)
    found = read_sheet(io.BytesIO(content), len(content))

    assert next(found) == (1, ["0".zfill(99)])
    with pytest.raises(RefusedFile, match="not_a_workbook"):
        list(found)


@pytest.mark.parametrize(
    ("part", "size", "is_refused"),
    [
        ("xl/sharedStrings.xml", 25_000, False),
        ("xl/sharedStrings.xml", 30_001, True),
        ("xl/styles.xml", 19_000, False),
        ("xl/styles.xml", 20_001, True),
        ("xl/workbook.xml", 20_001, True),
        ("xl/_rels/workbook.xml.rels", 20_001, True),
        (SHEET, 99_000, False),
        ("xl/media/image1.png", 99_000, False),
    ],
)
def test_a_part_too_large_for_memory_is_refused(part: str, size: int, is_refused: bool) -> None:
    limits = WorkbookLimits(part_bytes=20_000, shared_strings_bytes=30_000)
    files = parts(row(text_cell("id")))
    files[part] = files.get(part, "").ljust(size)

    if is_refused:
        assert refusal(packed(files), limits=limits).startswith("too_large")
    else:
        assert list(read_sheet(packed(files), 10_000, limits)) == ONE_CELL


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    files = parts(row(text_cell("id")))
    files[SHEET] += " " * ALWAYS_ALLOWED_BYTES

    assert refusal(packed(files)).startswith("unpacks_to_too_much")

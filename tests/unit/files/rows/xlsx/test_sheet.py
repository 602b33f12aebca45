"""The rows of a sheet, wherever its program says that they are."""

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.rows.lines import MAX_LINE_CHARACTERS
from ingestion.files.rows.row import Row
from ingestion.files.rows.workbook import WorkbookLimits, read_sheet
from tests.support.read_rows import unreadable
from tests.support.workbooks import packed, parts, row, text_cell

HEADER = row(text_cell("a"), text_cell("b"))


def rows(*elements: str, limits: WorkbookLimits | None = None) -> list[Row]:
    return list(read_sheet(packed(parts(*elements)), 10_000, limits or WorkbookLimits()))


def refusal(*elements: str, limits: WorkbookLimits | None = None) -> str:
    with pytest.raises(RefusedFile) as refused:
        rows(*elements, limits=limits)
    return f"{refused.value.reason}: {refused.value.detail}"


def test_rows_and_cells_without_references_follow_each_other() -> None:
    found = rows(HEADER, row(text_cell("1"), "<c/>", text_cell("3")), row(text_cell("4")))

    assert found == [(1, ["a", "b"]), (2, ["1", "", "3"]), (3, ["4", ""])]


def test_references_say_where_rows_and_cells_are() -> None:
    found = rows(
        HEADER,
        '<row r="5"><c r="B5"><v>2</v></c><c r="A5"><v>1</v></c></row>',
        '<row><c r="B6"><v>3</v></c><c><v>4</v></c></row>',
    )

    assert found == [(1, ["a", "b"]), (5, ["1", "2"]), (6, ["", "3", "4"])]


def test_a_cell_in_the_last_column_is_found() -> None:
    [_, (line, cells)] = rows(HEADER, '<row><c r="XFD2"><v>1</v></c></row>')

    assert line == 2
    assert len(cells) == 16_384
    assert cells[-1] == "1"


@pytest.mark.parametrize(
    "blank",
    [
        row(),
        row("<c/>", '<c s="1"/>'),
        row(text_cell(""), text_cell(" \t")),
        row(text_cell("\u00a0")),
        row('<c t="str"><f>""</f><v></v></c>'),
        '<row><c r="XFD2"/></row>',
    ],
)
def test_a_row_of_blanks_is_skipped(blank: str) -> None:
    assert rows(blank, HEADER, blank, row(text_cell("1"))) == [(2, ["a", "b"]), (4, ["1", ""])]


@pytest.mark.parametrize("content", ["<cols/>", "<dimension ref='A1'/>", "<mergeCells/>"])
def test_other_elements_of_a_sheet_are_ignored(content: str) -> None:
    files = parts(HEADER)
    sheet = "xl/worksheets/sheet1.xml"
    files[sheet] = files[sheet].replace("<sheetData>", f"{content}<sheetData>")

    assert list(read_sheet(packed(files), 10_000)) == [(1, ["a", "b"])]


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        ('<row r="1"/>', "not_a_workbook: row 1 comes after row 1"),
        ('<row r="0"/>', "not_a_workbook: row 0 comes after row 1"),
        ('<row r="x"/>', "not_a_workbook: "),
        ('<row r="1048577"/>', "too_large: a sheet has at most 1048576 rows"),
        ('<row><c r="XFE2"/></row>', "too_large: a sheet has at most 16384 columns"),
        ('<row><c r="2B"/></row>', "not_a_workbook: a cell has a reference"),
        (f"<row>{'<c/>' * 16_385}</row>", "too_large: a sheet has at most 16384 columns"),
    ],
    ids=lambda text: text[:30],
)
def test_a_sheet_whose_rows_or_cells_are_out_of_place_is_refused(element: str, reason: str) -> None:
    assert refusal(HEADER, element).startswith(reason)


def test_a_sheet_with_more_rows_than_allowed_is_refused() -> None:
    assert refusal(HEADER, HEADER, limits=WorkbookLimits(rows=1)).startswith("too_large")


def test_a_row_with_too_many_characters_in_all_is_unreadable() -> None:
    cells = text_cell("x" * 100_000) * (MAX_LINE_CHARACTERS // 100_000 + 1)

    found = rows(HEADER, row(cells), row(text_cell("1")))

    assert unreadable(found) == {2: f"must have at most {MAX_LINE_CHARACTERS} characters"}

"""The rows of a sheet, wherever its program says that they are."""

import io

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.rows.lines import MAX_LINE_CHARACTERS
from ingestion.files.rows.row import Row
from ingestion.files.rows.workbook import WorkbookLimits, read_sheet
from ingestion.files.rows.xlsx.cell import CellReader
from ingestion.files.rows.xlsx.sheet import Sheet
from ingestion.files.rows.xlsx.xml import parse_part
from tests.support.files.read_rows import sound, unreadable
from tests.support.files.workbooks import packed, parts, row, text_cell
from tests.support.memory import bounded_memory

HEADER = row(text_cell("a"), text_cell("b"))


def rows(*elements: str, limits: WorkbookLimits | None = None) -> list[Row]:
    return list(read_sheet(packed(parts(*elements)), 10_000, limits or WorkbookLimits()))


def refusal(*elements: str, limits: WorkbookLimits | None = None) -> str:
    with pytest.raises(RefusedFile) as refused:
        rows(*elements, limits=limits)
    return f"{refused.value.reason}: {refused.value.detail}"


def test_rows_and_cells_without_references_follow_each_other() -> None:
    found = rows(HEADER, row("<c/>", text_cell("2")), row(text_cell("4")))

    assert found == [(1, ["a", "b"]), (2, ["", "2"]), (3, ["4", ""])]


def test_references_say_where_rows_and_cells_are() -> None:
    found = rows(
        HEADER,
        '<row r="5"><c r="B5"><v>2</v></c><c r="A5"><v>1</v></c></row>',
        '<row><c r="B6"><v>3</v></c></row>',
    )

    assert found == [(1, ["a", "b"]), (5, ["1", "2"]), (6, ["", "3"])]


@pytest.mark.parametrize(("column", "number"), [("C", 3), ("ALM", 1_001), ("XFD", 16_384)])
def test_a_cell_beyond_the_header_makes_its_row_unreadable(column: str, number: int) -> None:
    beyond = f'<row><c r="A2"><v>7</v></c><c r="{column}2"><v>1</v></c></row>'

    found = rows(HEADER, beyond, row(text_cell("1")))

    assert found[2] == (3, ["1", ""])
    assert unreadable(found) == {2: f"has {number} cells: must have 2, like the header"}
    assert found[1][1].text == "7\t1"


def test_cells_without_text_beyond_the_header_are_ignored() -> None:
    empty = '<c r="C2"/><c r="XFD2"><v></v></c>'

    assert rows(HEADER, f'<row><c r="A2"><v>7</v></c>{empty}</row>')[1] == (2, ["7", ""])


def test_rows_with_a_cell_in_the_last_column_take_no_memory_for_the_cells_between() -> None:
    reader = Sheet(CellReader(), 1_048_576, 1_000_000)
    last = [f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 502)]
    sheet = parts(HEADER, *last)["xl/worksheets/sheet1.xml"].encode()

    with bounded_memory(2_000_000):  # As lists they would take 64 MB.
        parse_part(io.BytesIO(sheet), reader)

    assert len(reader.take_rows()) == 501


def test_a_sheet_of_too_many_elements_is_refused() -> None:
    found = refusal(
        HEADER, *(row("<c/>" * 100) for _ in range(9)), limits=WorkbookLimits(elements=900)
    )

    assert found == "too_large: a part has more than 900 elements: send CSV"


def test_cells_that_all_refer_to_a_long_text_are_refused_like_an_archive_of_their_texts() -> None:
    sheet = Sheet(CellReader(["x" * 1_000]), 1_048_576, 50_500)
    shared = "".join('<row><c t="s"><v>0</v></c></row>' for _ in range(51))
    content = parts(shared)["xl/worksheets/sheet1.xml"].encode()

    with pytest.raises(RefusedFile, match="unpacks_to_too_much"):
        parse_part(io.BytesIO(content), sheet)

    assert len(sheet.take_rows()) == 50


@pytest.mark.parametrize("kind", ["array", "dataTable"])
@pytest.mark.parametrize("cell", ["", '<c r="B3"/>', '<c r="B3"><v/></c>'])
def test_a_cell_that_the_formula_of_another_cell_fills_needs_a_stored_value(
    kind: str, cell: str
) -> None:
    formula = f'<c r="B2"><f t="{kind}" ref="B2:B3">X</f><v>1</v></c>'

    found = rows(
        HEADER,
        f'<row r="2"><c r="A2"><v>1</v></c>{formula}</row>',
        f'<row r="3"><c r="A3"><v>2</v></c>{cell}</row>',
        '<row r="4"><c r="A4"><v>3</v></c></row>',
    )

    assert [line for line, _ in sound(found)] == [1, 2, 4]
    assert unreadable(found)[3].startswith("cell B3 holds a formula without a stored value")


def test_a_cell_with_a_value_within_the_range_of_a_formula_is_that_value() -> None:
    formula = '<c r="B2"><f t="array" ref="B2:B3">X</f><v>1</v></c>'

    found = rows(
        HEADER,
        f'<row r="2">{formula}</row>',
        '<row r="3"><c r="B3" t="str"><v></v></c><c r="A3"><v>7</v></c></row>',
    )

    assert found == [(1, ["a", "b"]), (2, ["", "1"]), (3, ["7", ""])]


def test_a_row_in_the_ranges_of_too_many_formulas_is_refused() -> None:
    cells = "".join(f'<c r="B{2}"><f t="array" ref="B2:B9">X</f></c>' for _ in range(101))

    assert refusal(HEADER, f'<row r="2">{cells}</row>').startswith("too_large: a row has at most")


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
        ('<row><c r="2B"/></row>', "not_a_workbook: a cell reference must be"),
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

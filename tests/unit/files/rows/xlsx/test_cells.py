"""The text of a cell by its type, as the rows of a workbook show it."""

import pytest

from ingestion.files.rows.row import MAX_CELL_CHARACTERS
from ingestion.files.rows.workbook import read_sheet
from tests.support.files.read_rows import sound, unreadable
from tests.support.files.workbooks import packed, parts, row, text_cell

NO_FORMULA_VALUE = "cell B2 holds a formula without a stored value"


def texts(*cells: str, shared: str = "") -> list[str]:
    """Return the texts of the cells of one row."""
    [(_, found)] = sound(read_sheet(packed(parts(row(*cells), shared=shared)), 10_000))
    return list(found)


def fault(cell: str, shared: str = "") -> str:
    """Return why a row with this cell in column B cannot be read. The next row can."""
    rows = row(text_cell("id"), text_cell("b")), row(text_cell("1"), cell), row(text_cell("2"))
    found = list(read_sheet(packed(parts(*rows, shared=shared)), 10_000))
    assert [line for line, _ in sound(found)] == [1, 3]
    return unreadable(found)[2]


@pytest.mark.parametrize(
    "formula",
    [
        "<c><f>A1</f></c>",
        '<c t="str"><f>"ke"&amp;"pt"</f></c>',
        '<c><f t="shared" ref="B2:B3" si="0">A1</f></c>',
        '<c><f t="shared" si="0"/></c>',
        '<c><f t="array" ref="B2">SUM(A1:A2)</f></c>',
        '<c><f t="dataTable" ref="B2" dt2D="0" dtr="0" r1="A1"/></c>',
        "<c><f>A1</f><v/></c>",
        '<c t="b"><f>A1=1</f><v></v></c>',
        '<c t="n"><f>A1</f><v>  </v></c>',
    ],
)
def test_a_formula_without_a_stored_value_makes_its_row_unreadable(formula: str) -> None:
    found = fault(formula)

    assert found.startswith(NO_FORMULA_VALUE)
    assert "open the workbook in Excel or LibreOffice, save it" in found


def test_a_header_with_a_formula_without_a_stored_value_is_unreadable() -> None:
    found = list(read_sheet(packed(parts(row("<c><f>A2</f></c>"))), 10_000))

    assert unreadable(found)[1].startswith("cell A1 holds a formula")


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<c><f>A1</f><v>41.0</v></c>", "41"),
        ('<c t="str"><f>A1</f><v>kept</v></c>', "kept"),
        ('<c t="str"><f>""</f><v></v></c>', ""),
        ('<c t="str"><f>""</f><v/></c>', ""),
        ('<c t="b"><f>A1=1</f><v>1</v></c>', "true"),
        ('<c><f t="shared" si="0"/><v>1E3</v></c>', "1000"),
    ],
)
def test_a_formula_with_a_stored_value_is_that_value(formula: str, text: str) -> None:
    assert texts(text_cell("id"), formula, text_cell("end")) == ["id", text, "end"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("41", "41"),
        ("41.0", "41"),
        ("4.1E1", "41"),
        ("+41", "41"),
        (" 41\n", "41"),
        ("1.2345678E7", "12345678"),
        ("-0.0", "0"),
        ("-0", "0"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("0.10000000000000001", "0.1"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("123456789012345680", "123456789012345680"),
        ("1E-7", "0.0000001"),
        ("1e22", "10000000000000000000000"),
    ],
)
def test_a_number_is_one_double_with_one_text(value: str, text: str) -> None:
    assert texts(f"<c><v>{value}</v></c>") == [text]
    assert texts(f'<c t="n"><f>A1</f><v>{value}</v></c>') == [text]


@pytest.mark.parametrize("value", ["abc", "1,5", "INF", "NaN", "1E999", "0x10", "1_000", "٤١"])
def test_text_where_the_type_says_number_makes_the_row_unreadable(value: str) -> None:
    assert fault(f"<c><v>{value}</v></c>").startswith("cell B2 holds text where its type says")


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#SPILL!", "#GETTING_DATA"])
def test_only_a_cell_of_type_error_is_an_error(error: str) -> None:
    shared = f"<si><t>{error}</t></si>"

    assert texts(text_cell(error)) == [error]
    assert texts('<c t="s"><v>0</v></c>', shared=shared) == [error]
    assert texts(f'<c t="str"><f>A1</f><v>{error}</v></c>') == [error]
    assert fault(f'<c t="e"><f>NA()</f><v>{error}</v></c>').startswith("cell B2 holds an error")
    assert fault(f'<c t="e"><v>{error}</v></c>').startswith("cell B2 holds an error")


@pytest.mark.parametrize(
    ("value", "text"), [("1", "true"), ("0", "false"), ("true", "true"), ("false", "false")]
)
def test_a_boolean_has_the_words_of_json(value: str, text: str) -> None:
    assert texts(f'<c t="b"><v>{value}</v></c>') == [text]


@pytest.mark.parametrize(
    "cell",
    [
        '<c t="b"><v>2</v></c>',
        '<c t="b"><v>yes</v></c>',
        '<c t="z"><v>1</v></c>',
        '<c t="s"><v>1</v></c>',
        '<c t="s"><v>-1</v></c>',
        '<c t="d"><v>31.1.2026</v></c>',
        '<c t="d"><v>12:99</v></c>',
        '<c t="d"><v>0001-01-01T01:00:00+14:00</v></c>',
        '<c t="d"><v>9999-12-31T23:00:00-14:00</v></c>',
        '<c t="str"><v>_x0000_</v></c>',
        '<c t="str"><v>_xD83D_</v></c>',
        f'<c t="str"><v>{"x" * (MAX_CELL_CHARACTERS + 1)}</v></c>',
    ],
    ids=lambda cell: cell[:30],
)
def test_a_value_that_is_not_of_its_type_makes_its_row_unreadable(cell: str) -> None:
    assert fault(cell, shared="<si><t>0</t></si>").startswith("cell B2 ")


def test_two_values_of_one_cell_make_its_row_unreadable() -> None:
    assert "B2 occurs twice" in fault('<c r="B2"><v>1</v></c><c r="B2"><v>2</v></c>')


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<t>a</t>", "a"),
        ("<t/>", ""),
        ("", ""),
        ("<r><t>Tur</t></r><r><rPr><b/></rPr><t>bine</t></r>", "Turbine"),
        ('<r><t>a</t></r><r><t xml:space="preserve"> </t></r><r><t>b</t></r>', "a b"),
        ("<r><t>a</t></r><r><t> </t></r><r><t>b</t></r>", "a b"),
        ('<t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh><phoneticPr fontId="1"/>', "課"),
        ('<rPh sb="0" eb="1"><t>カ</t></rPh><r><t>課</t></r>', "課"),
        ('<t xml:space="preserve"> a </t>', " a "),
        ("<t> a b\n</t>", "a b"),
        ("<t>a_x000D_\nb</t>", "a\r\nb"),
        ("<t>_x005F_x000D_</t>", "_x000D_"),
        ("<t>_x41_ _x00e9_ _X0041_</t>", "_x41_ é _X0041_"),
        ("<t>_xD83D__xDE00_</t>", "😀"),
        ("<t>a&amp;b &#233; <![CDATA[<]]></t>", "a&b é <"),
        ('<x:t xmlns:x="urn:other">no</x:t><t>a</t>', "a"),
    ],
)
def test_a_shared_and_an_inline_string_have_the_same_text(inner: str, text: str) -> None:
    shared = f"<si><t>0</t></si><si>{inner}</si><si><t>2</t></si>"

    assert texts(text_cell("0"), '<c t="s"><v>1</v></c>', '<c t="s"><v>2</v></c>', shared=shared)[
        1:
    ] == [text, "2"]
    inline = f'<c t="inlineStr"><is>{inner}</is></c>'
    assert texts(text_cell("0"), inline, text_cell("2")) == ["0", text, "2"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-01-01T00:00:00+02:00", "2025-12-31T22:00:00Z"),
        ("2026-01-01T01:00:00+02:00", "2025-12-31T23:00:00Z"),
        ("2026-01-01T02:00:00+02:00", "2026-01-01"),
        ("2026-01-01T00:00:00", "2026-01-01"),
    ],
)
def test_a_time_with_an_offset_is_converted_to_utc(value: str, text: str) -> None:
    assert texts(f'<c t="d"><v>{value}</v></c>') == [text]

"""Parts that would fill the memory or the time of the parser are refused."""

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.rows.workbook import read_sheet
from tests.support.files.workbooks import packed, parts, row, text_cell

SHEET = "xl/worksheets/sheet1.xml"
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>"
)
LONG_TAG = "a tag or a comment has more than 1048576 bytes"
OUTSIDE = '<!DOCTYPE x SYSTEM "http://localhost/x.dtd"><worksheet/>'


def refusal(part: str, content: str) -> str:
    with pytest.raises(RefusedFile) as refused:
        list(read_sheet(packed(parts(row(text_cell("id"))) | {part: content}), 10_000))
    assert refused.value.reason == "not_a_workbook"
    return refused.value.detail


@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "_rels/.rels"]
)
@pytest.mark.parametrize("content", [BOMB, OUTSIDE])
def test_a_part_with_a_document_type_is_refused(part: str, content: str) -> None:
    assert "declares a document type" in refusal(part, content)


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        ("<a>" * 501 + "</a>" * 501, "nested more than 500 levels"),
        ("<a>" * 1_000_000, "nested more than 500 levels"),
        (f'<a b="{"x" * 2_000_000}"/>', LONG_TAG),
        (f"<a><!--{'x' * 2_000_000}--></a>", LONG_TAG),
        (
            f"<a>{''.join(f'<a{n}/>' for n in range(20_000))}</a>",
            "the XML has more than 10000 different names of elements and attributes",
        ),
        ("<worksheet><sheetData><row>", "cannot be read as XLSX"),
        ("no xml", "cannot be read as XLSX"),
        ("", "cannot be read as XLSX"),
    ],
    ids=["deep", "deeper", "long tag", "long comment", "many names", "cut", "text", "empty"],
)
def test_a_hostile_or_damaged_sheet_is_refused(content: str, detail: str) -> None:
    assert detail in refusal(SHEET, content)

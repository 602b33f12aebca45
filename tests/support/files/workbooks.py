"""Workbooks written part by part, as programs other than Excel write them."""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

TRANSITIONAL = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
STRICT = (
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def text_cell(text: str) -> str:
    """Return a cell of text, without a reference to its place."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def parts(
    *rows: str,
    shared: str = "",
    styles: str = "",
    book: str = "",
    sheets: str = '<sheet name="S" sheetId="1" r:id="rId1"/>',
    namespaces: tuple[str, str] = TRANSITIONAL,
) -> dict[str, str]:
    """Return the parts of a workbook with these rows in `sheet1.xml`.

    `shared`, `styles` and `book` hold the elements within `sst`, `styleSheet` and `workbook`.
    """
    main, relations = namespaces
    names = f'xmlns="{main}" xmlns:r="{relations}"'
    book_relations = (
        f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{relations}/chartsheet" Target="chartsheets/s.xml"/>'
        f'<Relationship Id="rId3" Type="{relations}/worksheet" Target="/xl/worksheets/other.xml"/>'
        f'<Relationship Id="rId4" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId5" Type="{relations}/styles" Target="styles.xml"/>'
    )
    other = row(text_cell("other"))
    return {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1"'
        f' Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{book_relations}'
        "</Relationships>",
        "xl/workbook.xml": f"<workbook {names}>{book}<sheets>{sheets}</sheets></workbook>",
        "xl/worksheets/sheet1.xml": f"<worksheet {names}><sheetData>{''.join(rows)}</sheetData>"
        "</worksheet>",
        "xl/worksheets/other.xml": f"<worksheet {names}><sheetData>{other}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst {names}>{shared}</sst>",
        "xl/styles.xml": f"<styleSheet {names}>{styles}</styleSheet>",
    }


def packed(files: Mapping[str, str | bytes]) -> BytesIO:
    """Return a zip with these files."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    made.seek(0)
    return made


def cell_formats(*codes: str | int) -> str:
    """Return styles that have these number formats: codes, or the numbers of known formats."""
    numbers = [code if isinstance(code, int) else 164 + at for at, code in enumerate(codes)]
    return "".join(_formats(codes, numbers))


def _formats(codes: tuple[str | int, ...], numbers: list[int]) -> Iterator[str]:
    yield "<numFmts>"
    for number, code in zip(numbers, codes, strict=True):
        if isinstance(code, str):
            escaped = code.replace("&", "&amp;").replace('"', "&quot;")
            yield f'<numFmt numFmtId="{number}" formatCode="{escaped}"/>'
    yield '</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>'
    yield from (f'<xf numFmtId="{number}"/>' for number in numbers)
    yield '</cellXfs><dxfs><dxf><numFmt numFmtId="164" formatCode="yyyy"/></dxf></dxfs>'

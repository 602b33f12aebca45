"""What is said of a zip that holds no Word or PowerPoint file."""

import pytest

from ingestion.errors import RefusedFile
from tests.unit.files.documents.office_files import zipped
from tests.unit.files.documents.reading import read

ODF = "application/vnd.oasis.opendocument"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
XLSB = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"


def typed(kind: str) -> dict[str, str]:
    """Return the parts of an office file whose main part has this type."""
    override = f'<Override PartName="/main.xml" ContentType="{kind}"/>'
    return {"[Content_Types].xml": f"<T>{override}</T>", "main.xml": "<m/>"}


ZIPS = {
    "odt": ({"mimetype": f"{ODF}.text"}, "unknown_format", "save it as .docx, .pptx or PDF"),
    "odp": ({"mimetype": f"{ODF}.presentation"}, "unknown_format", "OpenDocument file"),
    "ods": ({"mimetype": f"{ODF}.spreadsheet"}, "unknown_format", "belongs to a source of rows"),
    "epub": ({"mimetype": "application/epub+zip"}, "unknown_format", "an e-book"),
    "xlsx": (typed(SHEET), "unknown_format", "belongs to a source of rows"),
    "xlsb": (typed(XLSB), "unknown_format", "belongs to a source of rows"),
    "empty": ({}, "unknown_format", "a zip without files"),
    "archive": ({"a.txt": "words"}, "unknown_format", "unpack it"),
    "only types": ({"[Content_Types].xml": "<T/>"}, "damaged_document", "without the parts"),
    "no types": ({"word/document.xml": "<d/>"}, "damaged_document", "without the parts"),
    "no document": (typed("application/xml"), "damaged_document", "without the parts"),
}


@pytest.mark.parametrize("name", ZIPS)
def test_a_refusal_says_what_to_do_with_the_zip(name: str) -> None:
    parts, reason, advice = ZIPS[name]

    with pytest.raises(RefusedFile) as refusal:
        read(zipped(parts), "a.docx")

    assert refusal.value.reason == reason
    assert advice in refusal.value.detail

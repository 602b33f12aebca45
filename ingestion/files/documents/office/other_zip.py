"""Says what to do with a zip that holds no Word or PowerPoint file."""

from ingestion.errors import RefusedFile
from ingestion.files.documents.office.package import Package
from ingestion.files.documents.pages import DAMAGED

_MIMETYPE = "mimetype"  # The first part of OpenDocument files and of e-books.
_TABLE = "a table belongs to a source of rows: save it as .xlsx or .csv, and upload it there"
_ODF = b"application/vnd.oasis.opendocument"
_OTHERS = {
    _ODF + b".spreadsheet": f"is an OpenDocument table: {_TABLE}",
    _ODF: "is an OpenDocument file: save it as .docx, .pptx or PDF",
    b"application/epub+zip": "is an e-book: save it as .docx or PDF",
}
_MAIN_PARTS = ("word/document.xml", "ppt/presentation.xml")


def refusal_of_other_zip(package: Package) -> RefusedFile:
    """Return why the zip is refused. Raises the errors of `archive.DAMAGE`."""
    mimetype = package.beginning_of(_MIMETYPE)
    for beginning, problem in _OTHERS.items():
        if mimetype.startswith(beginning):
            return RefusedFile("unknown_format", problem)
    if any("spreadsheetml" in kind or "ms-excel" in kind for kind in package.kinds.values()):
        return RefusedFile("unknown_format", f"is an Excel workbook: {_TABLE}")
    if package.is_empty:
        return RefusedFile("unknown_format", "is a zip without files: upload the document itself")
    if not package.is_office_file and not any(map(package.has_part, _MAIN_PARTS)):
        return RefusedFile(
            "unknown_format",
            "is a zip that is no .docx or .pptx file: unpack it, and upload each document on its"
            " own",
        )
    return RefusedFile(
        DAMAGED,
        "is an office file without the parts of a Word or PowerPoint file: save it again as .docx,"
        " .pptx or PDF",
    )

"""Read a Word or PowerPoint file."""

from typing import BinaryIO
from xml.parsers.expat import ExpatError

from ingestion.documents.office.package import Package
from ingestion.documents.office.texts import slide_texts, word_text
from ingestion.documents.pages import DAMAGE, Pages, damaged
from ingestion.errors import RefusedFile
from ingestion.files.archive import DAMAGE as ARCHIVE_DAMAGE

_OFFICE_DAMAGE = (*DAMAGE, *ARCHIVE_DAMAGE, ExpatError, StopIteration)
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OFFICE}wordprocessingml.document"
PPTX = f"{_OFFICE}presentationml.presentation"
# How content types end: of files, of templates, and of both with macros.
_WORD = ("document.main+xml", "template.main+xml", "document.macroenabled.main+xml")
_SLIDES = ("presentation.main+xml", "slideshow.main+xml", "presentation.macroenabled.main+xml")


def read_office(file: BinaryIO, pages: Pages) -> str:
    """Add the text of the file, and return its media type. A Word file is one page."""
    try:
        package = Package(file)
        if main := _main_part(package, "wordprocessingml", _WORD):
            pages.add(word_text(package, main))
            return DOCX
        if main := _main_part(package, "presentationml", _SLIDES):
            for text in slide_texts(package, main):
                pages.add(text)
            return PPTX
    except _OFFICE_DAMAGE as error:
        raise damaged("an office file", error) from error
    raise RefusedFile(
        "unknown_format",
        "the zip is no .docx or .pptx file: unpack it, and upload each document on its own",
    )


def _main_part(package: Package, family: str, endings: tuple[str, ...]) -> str | None:
    """Return the part of a file's document. Macro types have no family in their name."""
    found = package.kinds.items()
    folder = "word" if family == "wordprocessingml" else "powerpoint"
    names = (f".{family}.", f".ms-{folder}.")
    parts = (
        part
        for part, kind in found
        if kind.endswith(endings) and any(name in kind for name in names)
    )
    return next(parts, None)

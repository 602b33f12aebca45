"""Read a Word or PowerPoint file."""

from collections.abc import Iterable
from typing import BinaryIO

from ingestion.errors import RefusedFile
from ingestion.files.documents.office.other_zip import refusal_of_other_zip
from ingestion.files.documents.office.package import Package
from ingestion.files.documents.office.texts import PART_DAMAGE, PageText, slide_texts, word_texts
from ingestion.files.documents.pages import DAMAGED, Pages, damaged

_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OFFICE}wordprocessingml.document"
PPTX = f"{_OFFICE}presentationml.presentation"
# How content types end: of files, of templates, of slide shows, and of these with macros.
_WORD = (
    *("document.main+xml", "document.macroenabled.main+xml"),
    *("template.main+xml", "template.macroenabledtemplate.main+xml"),
)
_SLIDES = (
    *("presentation.main+xml", "presentation.macroenabled.main+xml"),
    *("slideshow.main+xml", "slideshow.macroenabled.main+xml"),
    *("template.main+xml", "template.macroenabled.main+xml"),
)


def read_office(file: BinaryIO, pages: Pages) -> str:
    """Add the text of the file, and return its media type. A Word file is one page."""
    try:
        package = Package(file)
        if main := _main_part(package, "wordprocessingml", _WORD):
            return _add_pages(word_texts(package, main), pages, DOCX)
        if main := _main_part(package, "presentationml", _SLIDES):
            return _add_pages(slide_texts(package, main), pages, PPTX)
        raise refusal_of_other_zip(package)
    except PART_DAMAGE as error:
        if isinstance(error, RefusedFile):
            raise
        raise damaged("an office file", error) from error


def _add_pages(found: Iterable[PageText], pages: Pages, media_type: str) -> str:
    """Add the pages. Raises RefusedFile if there are pages, and none can be read."""
    for text, fault in found:
        if text is None:
            pages.add_unreadable(fault)
        else:
            pages.add(text, fault)
    if pages.none_readable:
        raise RefusedFile(DAMAGED, f"none of its {len(pages.texts)} slides can be read")
    return media_type


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

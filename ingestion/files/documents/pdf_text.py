"""The text of a PDF, page by page."""

import logging
from typing import BinaryIO

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from ingestion.errors import RefusedFile
from ingestion.files.documents.pages import DAMAGE, DAMAGED, Pages, damaged
from ingestion.files.documents.pdf_word_spacing import patch_text_extraction

_PDF_DAMAGE = (*DAMAGE, PyPdfError)
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # Its warnings quote the file.
patch_text_extraction()


def read_pdf(file: BinaryIO, pages: Pages) -> None:
    """Add the text of each page. A page that cannot be read affects no other page.

    Raises RefusedFile if no page can be read, for a PDF that needs a password, and for AES, which
    pypdf decrypts with another library only.
    """
    try:
        _read(file, pages)
    except DependencyError as error:
        raise RefusedFile(
            "encrypted", "the PDF is encrypted with AES: save it without encryption"
        ) from error


def _read(file: BinaryIO, pages: Pages) -> None:
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise RefusedFile("encrypted", "the PDF needs a password: save it without one")
        found = reader.pages
        count = len(found)
    except LimitReachedError as error:
        raise RefusedFile("too_large", f"the PDF exceeds a limit: {error}") from error
    except _PDF_DAMAGE as error:
        raise damaged("PDF", error) from error
    if count > pages.max_pages:
        raise RefusedFile("too_large", f"has {count} pages: must have at most {pages.max_pages}")
    for number in range(count):
        try:
            text = found[number].extract_text()
        except _PDF_DAMAGE as error:
            pages.add_unreadable(f"the page cannot be read ({type(error).__name__})")
        else:
            pages.add(text)
    if not count:
        raise RefusedFile(DAMAGED, "the PDF has no pages")
    if count == len(pages.faults):
        raise RefusedFile(DAMAGED, f"none of its {count} pages can be read")

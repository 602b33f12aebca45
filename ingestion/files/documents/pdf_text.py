"""The text of a PDF, page by page."""

import logging
from typing import BinaryIO

from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

from ingestion.errors import RefusedFile
from ingestion.files.documents.pages import DAMAGE, DAMAGED, Pages, damaged
from ingestion.files.documents.pdf_annotations import read_annotations
from ingestion.files.documents.pdf_word_spacing import patch_text_extraction

# Without another library or program, pypdf unpacks no JBIG2 or Brotli, and decrypts no AES.
_PDF_DAMAGE = (*DAMAGE, PyPdfError, DependencyError)
_AES = {"/AESV2", "/AESV3"}
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # Its warnings quote the file.
patch_text_extraction()


class _Reader(PdfReader):
    """Opens a PDF. Refuses one that it cannot decrypt."""

    @property
    def uses_aes(self) -> bool:
        """Whether the PDF is encrypted with AES."""
        found = self._encryption
        return found is not None and not _AES.isdisjoint((found.StmF, found.StrF))

    def _handle_encryption(self, password: str | bytes | None) -> None:
        try:
            super()._handle_encryption(password)
        except DependencyError as error:
            raise _encrypted("is encrypted with AES: save it without encryption") from error
        except NotImplementedError as error:
            raise _encrypted(
                "is encrypted in a form that cannot be read: save it without encryption"
            ) from error


def _encrypted(problem: str) -> RefusedFile:
    return RefusedFile("encrypted", f"the PDF {problem}")


def read_pdf(file: BinaryIO, pages: Pages) -> None:
    """Add the text of each page. A page that cannot be read affects no other page.

    Raises RefusedFile if no page can be read, and for a PDF that needs a password or AES.
    """
    try:
        reader = _Reader(file)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise _encrypted("needs a password: save it without one")
        count = len(reader.pages)
    except LimitReachedError as error:
        raise RefusedFile("too_large", f"the PDF exceeds a limit: {error}") from error
    except _PDF_DAMAGE as error:
        raise damaged("PDF", error) from error
    if count > pages.max_pages:
        raise RefusedFile("too_large", f"has {count} pages: must have at most {pages.max_pages}")
    for number in range(count):
        _add_page(reader, number, pages)
    if not count:
        raise RefusedFile(DAMAGED, "the PDF has no pages")
    if pages.none_readable:
        raise RefusedFile(DAMAGED, f"none of its {count} pages can be read")


def _add_page(reader: _Reader, number: int, pages: Pages) -> None:
    try:
        page = reader.pages[number]
        text = page.extract_text()
    except _PDF_DAMAGE as error:
        if isinstance(error, DependencyError) and reader.uses_aes:
            raise _encrypted("is encrypted with AES: save it without encryption") from error
        pages.add_unreadable(f"the page cannot be read ({type(error).__name__})")
    else:
        pages.add(*_with_annotations(page, text))


def _with_annotations(page: PageObject, text: str) -> tuple[str, str]:
    """Return the text of a page with its annotations, and why these cannot be read."""
    try:
        added = read_annotations(page)
    except _PDF_DAMAGE as error:
        return text, f"notes and form fields of the page cannot be read ({type(error).__name__})"
    return f"{text}\n{added}", ""

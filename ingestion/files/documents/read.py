"""Read a document of any known format. The content decides what a file is, not its name alone."""

import re
from codecs import getincrementaldecoder
from io import SEEK_END
from typing import BinaryIO

from ingestion.errors import RefusedFile
from ingestion.files.documents.decoding import decode
from ingestion.files.documents.email_text import read_email
from ingestion.files.documents.html_text import is_page, read_html
from ingestion.files.documents.office.read import read_office
from ingestion.files.documents.pages import DAMAGE, Pages, damaged
from ingestion.files.documents.suffix import EMAIL, HTML, MARKDOWN, XHTML

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")  # Of a file, an empty zip, a part of a zip.
_PDF = b"%PDF-"
_PDF_WITHIN = 1024  # Readers accept a PDF whose header comes within its first 1,024 bytes,
_PDF_END = re.compile(rb"startxref\s+\d+\s+%%EOF")  # and whose end is in its last ones.
_BLANK = b"\xef\xbb\xbf \t\r\n\f\0"
_CONTROLS = re.compile(rb"[\x00-\x07\x0e-\x1a\x1c-\x1f]")
_BINARY = {  # Binary files that often have a text file's name.
    b"\x89PNG\r\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"{\\rtf": "an RTF file",
    b"%!PS": "a PostScript file",
}
_MAX_TEXT_FILE_BYTES = 64 * 1024 * 1024  # HTML and e-mail hold more than their text.


def read_document(file: BinaryIO, suffix: str, encoding: str, pages: Pages) -> str:
    """Add the pages of a seekable file, and return its media type. Raises RefusedFile.

    `suffix` is that of `known_suffix`. `encoding` is that of text that declares none.
    """
    beginning = file.read(_PDF_WITHIN)
    if not beginning:
        raise RefusedFile("empty", "the file is empty")
    file.seek(0)
    if _is_pdf(file, beginning, suffix):
        from ingestion.files.documents.pdf_text import (
            read_pdf,  # Other formats start without pypdf.
        )

        read_pdf(file, pages)
        return "application/pdf"
    if beginning.startswith(_ZIP):
        return read_office(file, pages)
    if beginning.startswith(_OLE):
        raise RefusedFile(
            "unknown_format",
            "is a .doc, .ppt or .msg file, or has a password: save it as .docx, .pptx or PDF"
            " without a password",
        )
    if found := next((what for mark, what in _BINARY.items() if beginning.startswith(mark)), None):
        raise RefusedFile("unknown_format", f"the content is {found}, which has no readable text")
    return _read_text(_whole(file), suffix, encoding, pages)


def _is_pdf(file: BinaryIO, beginning: bytes, suffix: str) -> bool:
    """Return whether a file is a PDF, and no other document that only mentions or holds one."""
    before, mark, _ = beginning.partition(_PDF)
    if not mark or before.startswith(_ZIP):
        return False
    is_begun = not before.strip(_BLANK)
    if not suffix:
        return is_begun or _ends_as_pdf(file)
    if is_begun:
        return not _is_text(beginning) or _ends_as_pdf(file)
    return not _is_text(before) and _ends_as_pdf(file)


def _is_text(beginning: bytes) -> bool:
    """Return whether bytes are the beginning of a text in UTF-8."""
    try:
        getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeError:
        return False
    return _CONTROLS.search(beginning) is None


def _ends_as_pdf(file: BinaryIO) -> bool:
    file.seek(max(0, file.seek(0, SEEK_END) - _PDF_WITHIN))
    end = file.read()
    file.seek(0)
    return _PDF_END.search(end) is not None


def _whole(file: BinaryIO) -> bytes:
    content = file.read(_MAX_TEXT_FILE_BYTES + 1)
    if len(content) > _MAX_TEXT_FILE_BYTES:
        raise RefusedFile(
            "too_large", f"a text may have at most {_MAX_TEXT_FILE_BYTES} bytes: split the file"
        )
    return content


def _add_email(content: bytes, pages: Pages) -> None:
    found = read_email(content)
    pages.add(found.text)
    for fault in found.faults:
        pages.add_unreadable(fault)


def _read_text(content: bytes, suffix: str, encoding: str, pages: Pages) -> str:
    try:
        if suffix in EMAIL:
            _add_email(content, pages)
            return "message/rfc822"
        if suffix in HTML or (suffix not in MARKDOWN and is_page(content)):
            pages.add(read_html(content, encoding, is_xml=suffix == XHTML))
            return "text/html"
        text = decode(content, default=encoding)
    except DAMAGE as error:
        raise damaged(suffix or "text", error) from error
    pages.add(text)
    return "text/markdown" if suffix in MARKDOWN else "text/plain"

"""What a file is: its content decides, and its name only distinguishes texts."""

import gzip
import zipfile
from email.message import EmailMessage
from io import BytesIO

import pytest

from tests.unit.files.documents.reading import read, refusal_of, sample

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.txt", b"words", "text/plain"),
        ("a", b"words", "text/plain"),
        ("a.log", b"words", "text/plain"),
        ("a.csv", b"a,b\n1,2\n", "text/plain"),
        ("README.MD", b"# words", "text/markdown"),
        ("a.md", b"<html> in Markdown", "text/markdown"),
        ("a.html", b"words", "text/html"),
        ("a.txt", b"\n <!DOCTYPE html><p>words", "text/html"),
        ("a", b"<html><p>words", "text/html"),
        ("a", b"<?xml version='1.0'?>\n<!DOCTYPE html><p>words", "text/html"),
        ("a", b"<!-- saved from url=(0014)about:internet -->\n<html><p>words", "text/html"),
        ("a", "<html><p>words".encode("utf-16"), "text/html"),
        ("a", b"<?xml version='1.0'?><feed>words</feed>", "text/plain"),
        ("a.eml", b"From: a@b\n\nwords", "message/rfc822"),
        ("a.txt", b"PKW und LKW", "text/plain"),
        ("a.md", b"PKI overview", "text/markdown"),
        ("a.txt", b"A PDF begins with %PDF-1.7.", "text/plain"),
        ("a.md", b"A PDF begins with %PDF-1.7, and ends with %%EOF.", "text/markdown"),
        ("a.txt", b"A PDF begins with %PDF-1.7, and ends with %%EOF.", "text/plain"),
        ("notes", b"A PDF begins with %PDF-1.7, and ends with %%EOF.", "text/plain"),
        ("a.txt", b"%PDF-1.7 is the first line, %%EOF the last one.", "text/plain"),
        ("a.md", b"\xef\xbb\xbf\n%PDF-1.7 is the first line.", "text/markdown"),
        ("a.txt", "Größe: %PDF-1.7 und %%EOF".encode("cp1252"), "text/plain"),
        ("a.txt", b"It is:\n%PDF-1.7\nstartxref\n9\n%%EOF\n", "text/plain"),
        ("a.html", b"<p>A PDF begins with <code>%PDF-</code>.", "text/html"),
    ],
)
def test_a_text_is_read_by_its_name_or_its_beginning(
    name: str, content: bytes, media_type: str
) -> None:
    found, pages = read(content, name)

    assert found == media_type
    assert len(pages.texts) == 1


def test_a_page_without_a_known_name_is_read_as_it_declares() -> None:
    page = '<!DOCTYPE html><meta charset="windows-1251"><p>Привет'.encode("cp1251")

    _, pages = read(page, "page")

    assert pages.texts == ["Привет"]


def test_an_e_mail_with_an_attached_pdf_is_an_e_mail() -> None:
    mail = EmailMessage()
    mail["From"] = "a@b"
    mail.add_attachment(
        sample("reportlab-one-page.pdf"),
        maintype="application",
        subtype="pdf",
        filename="offer.pdf",
        cte="quoted-printable",
    )

    found, pages = read(mail.as_bytes(), "a.eml")

    assert found == "message/rfc822"
    assert "offer.pdf" in pages.texts[0]


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.docx", "a.eml", "a.html", "a"])
@pytest.mark.parametrize(
    ("file", "media_type"),
    [
        ("reportlab-one-page.pdf", "pdf"),
        ("python-docx.docx", "wordprocessingml.document"),
        ("python-pptx.pptx", "presentationml.presentation"),
    ],
)
def test_the_name_of_a_binary_document_does_not_matter(
    name: str, file: str, media_type: str
) -> None:

    found, _ = read(sample(file), name)

    assert found.endswith(media_type)


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.txt"])
@pytest.mark.parametrize("junk", [b"\xef\xbb\xbf", b"\r\n\n", b"\x00\x05\x16\x07\x00\xff"])
def test_a_pdf_is_found_after_junk_that_is_no_text(name: str, junk: bytes) -> None:
    found, _ = read(junk + sample("reportlab-one-page.pdf"), name)

    assert found == "application/pdf"


def packed(name: str, content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", PNG, "unknown_format"),
        ("a.pdf", PNG, "unknown_format"),
        ("a.txt", b"\xff\xd8\xff\xe0\x00\x10JFIF", "unknown_format"),
        ("a.txt", b"GIF89a\x01\x00", "unknown_format"),
        ("a.txt", gzip.compress(b"words"), "unknown_format"),
        ("a.txt", b"{\\rtf1 words}", "unknown_format"),
        ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1"), "unknown_format"),
        ("a.docx", packed("a.txt", b"words"), "unknown_format"),
        ("a.docx", b"PK\x03\x04 is cut off", "damaged_document"),
        ("a.exe", b"MZ\x90\x00\x03", "unknown_format"),
        ("a.pdf", b"words in a file that is named PDF\x00", "unknown_format"),
        ("a.pdf", b"%PDF-1.7 and nothing else", "damaged_document"),
        ("a.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nis cut off", "damaged_document"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_document_is_refused(name: str, content: bytes, reason: str) -> None:
    assert refusal_of(content, name) == reason

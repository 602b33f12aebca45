"""PDFs that are encrypted: which are read, and what is said about the others."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter

from tests.unit.files.documents.pdfs import FONT, page, pdf, tree, words
from tests.unit.files.documents.reading import read, refusal_of, sample


@pytest.mark.parametrize(
    "fields",
    ["/Filter /Adobe.PubSec /V 4", "/Filter /Foo.Bar", "/Filter /Standard /V 99"],
)
def test_an_encryption_that_is_not_known_is_named_as_such(fields: str) -> None:
    content = pdf(*tree("3 0 R"), page(), FONT, words("x"), trailer=f"/Encrypt << {fields} >>")

    assert refusal_of(content) == "encrypted"


def encrypted(algorithm: str, user_password: str = "") -> bytes:
    """Return a PDF that has an owner's password."""
    writer, file = PdfWriter(clone_from=BytesIO(sample("reportlab-one-page.pdf"))), BytesIO()
    writer.encrypt(user_password, "secret", algorithm=algorithm)
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128"])
def test_a_pdf_that_opens_without_a_password_is_read(algorithm: str) -> None:
    _, plain = read(sample("reportlab-one-page.pdf"))

    _, found = read(encrypted(algorithm))

    assert found.texts == plain.texts
    assert found.texts[0]


READ_WITHOUT_CRYPTOGRAPHY = """\
import sys
sys.modules |= {"cryptography": None, "Crypto": None}
from ingestion.files.documents.child import read_stdin
read_stdin("", "utf-8", 10**9)
"""


@pytest.mark.parametrize(
    ("algorithm", "password", "expected"),
    [
        ("RC4-128", "", '"media_type":"application/pdf"'),
        ("RC4-128", "user", "needs a password"),
        ("AES-128", "", "encrypted with AES"),
        ("AES-256", "", "encrypted with AES"),
    ],
)
def test_the_functions_package_reads_rc4_and_names_aes(
    algorithm: str, password: str, expected: str, tmp_path: Path
) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(encrypted(algorithm, password))

    with file.open("rb") as content:
        result = subprocess.run(
            [sys.executable, "-c", READ_WITHOUT_CRYPTOGRAPHY],
            stdin=content,
            capture_output=True,
            check=False,
        )

    assert expected in result.stdout.decode(), result.stderr.decode()

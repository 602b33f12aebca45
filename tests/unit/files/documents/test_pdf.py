"""The text of PDFs, and hostile ones."""

from io import BytesIO

import pytest
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from ingestion.errors import RefusedFile
from tests.unit.files.documents.pdfs import FONT, page, pdf, stream, tree, words
from tests.unit.files.documents.reading import read, refusal_of, sample


@pytest.mark.parametrize("name", ["fpdf2-100-pages.pdf", "reportlab-100-pages.pdf"])
def test_each_page_of_a_long_pdf_is_read(name: str) -> None:
    media_type, pages = read(sample(name))

    assert media_type == "application/pdf"
    assert [text.split()[2] for text in pages.texts] == [f"marker{n:03}." for n in range(1, 101)]
    assert pages.faults == []


def test_text_of_an_embedded_font_is_read() -> None:
    file = BytesIO()
    with PdfPages(file, metadata={"CreationDate": None}) as pages:
        figure = Figure()
        figure.text(0.1, 0.5, "Größe Договор", fontfamily="DejaVu Sans")
        pages.savefig(figure)

    _, found = read(file.getvalue())

    assert "Größe Договор" in found.texts[0]


def test_a_hand_written_pdf_is_read() -> None:
    _, pages = read(pdf(*tree("3 0 R"), page(), FONT, words("some words")))

    assert pages.texts == ["some words"]


JUSTIFIED = b"""BT /F1 10 Tf 1 0 0 1 97 700 Tm 1.674 Tw [(The quick bro)] TJ
63.05 0 Td 1.674 Tw [(wn fox in q) 20 (uiet)] TJ 0 Tw (Type) Tj ET"""


def test_words_that_a_program_kerns_in_justified_lines_are_read_whole() -> None:
    _, pages = read(pdf(*tree("3 0 R"), page(), FONT, stream(JUSTIFIED)))

    assert pages.texts == ["The quick brown fox in quietType"]


def test_a_pdf_without_pages_is_refused() -> None:
    with pytest.raises(RefusedFile, match="has no pages"):
        read(pdf(*tree("", 0)))


def test_bytes_before_the_header_are_ignored() -> None:
    _, pages = read(b"\r\n" + pdf(*tree("3 0 R"), page(), FONT, words("some words")))

    assert pages.texts == ["some words"]


def test_a_page_without_text_is_a_page() -> None:
    _, pages = read(pdf(*tree("3 0 R"), page(), FONT, stream(b"")))

    assert pages.texts == [""]
    assert pages.faults == []


def test_a_page_that_cannot_be_read_affects_no_other() -> None:
    _, pages = read(
        pdf(
            *tree("6 0 R 3 0 R", 2),
            page(),
            FONT,
            words("some words"),
            page("7 0 R"),
            stream(b"no zlib" * 100, "/Filter /NoSuchDecode"),
        )
    )

    assert pages.texts == ["", "some words"]
    [(number, message)] = pages.faults
    assert number == 1
    assert message.startswith("the page cannot be read")


def test_a_pdf_whose_only_page_cannot_be_read_is_refused() -> None:
    content = pdf(*tree("3 0 R"), page(), FONT, stream(b"no", "/Filter /NoSuchDecode"))

    assert refusal_of(content) == "damaged_document"


@pytest.mark.parametrize("name", ["JBIG2Decode", "BrotliDecode"])
@pytest.mark.parametrize("place", ["content", "font"])
def test_a_stream_that_needs_a_program_is_a_fault_of_its_page(name: str, place: str) -> None:
    packed = stream(b"packed", f"/Filter /{name}")
    font = FONT.removesuffix(">>") + "/ToUnicode 7 0 R >>"
    content = page("7 0 R") if place == "content" else page("5 0 R", "/Font << /F1 8 0 R >>")

    _, pages = read(
        pdf(*tree("6 0 R 3 0 R", 2), page(), FONT, words("some words"), content, packed, font)
    )

    assert pages.texts == ["", "some words"]
    assert [number for number, _ in pages.faults] == [1]


HOSTILE = {
    "encrypted": (sample("reportlab-encrypted.pdf"), "encrypted"),
    "claims encryption": (
        pdf(*tree("3 0 R"), page(), FONT, words("x"), trailer="/Encrypt << >>"),
        "encrypted damaged_document",
    ),
    "tree in a circle": (pdf(*tree("2 0 R")), "too_large damaged_document"),
    "tree in a circle of two": (
        pdf(*tree("3 0 R"), "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
        "too_large damaged_document",
    ),
    "ten thousand levels": (
        pdf(
            "<< /Type /Catalog /Pages 2 0 R >>",
            *(f"<< /Type /Pages /Kids [{n} 0 R] /Count 1 >>" for n in range(3, 10_000)),
        ),
        "too_large damaged_document",
    ),
    "no tree": (pdf("<< /Type /Catalog >>"), "damaged_document"),
    "no cross reference": (
        pdf(*tree("3 0 R"), page(), FONT, words("x")).replace(b"\nxref", b"\nxxxx"),
        "damaged_document",
    ),
    "root is a number": (pdf("7"), "damaged_document"),
    "twenty thousand references to one page": (
        pdf(*tree("3 0 R " * 20_000), page(), FONT, words("x")),
        "too_large damaged_document",
    ),
    "unpacks to 200 MB": (
        pdf(*tree("3 0 R"), page(), FONT, stream(b" " * 200_000_000, is_packed=True)),
        "damaged_document",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_is_refused(name: str) -> None:
    content, reasons = HOSTILE[name]

    assert refusal_of(content) in reasons.split()


INERT = {
    "claims a million pages": pdf(*tree("3 0 R", 1_000_000), page(), FONT, words("words")),
    "form in a circle": pdf(
        *tree("3 0 R"),
        page(resources="/Font << /F1 4 0 R >> /XObject << /X 6 0 R >>"),
        FONT,
        stream(b"BT /F1 12 Tf (words) Tj ET /X Do"),
        stream(
            b"BT /F1 12 Tf (words) Tj ET /X Do",
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
            " /Resources << /Font << /F1 4 0 R >> /XObject << /X 6 0 R >> >>",
        ),
    ),
    "parent in a circle": pdf(
        *tree("3 0 R"), page().replace("/Parent 2 0 R", "/Parent 3 0 R"), FONT, words("words")
    ),
    "runs a program": pdf(
        "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (calc.exe) >>"
        " /AA << /WC << /S /JavaScript /JS (app.alert\\(1\\)) >> >> >>",
        tree("3 0 R")[1],
        page(),
        FONT,
        words("words"),
    ),
    "cross reference in a circle": pdf(
        *tree("3 0 R"), page(), FONT, words("words"), trailer="/Prev {start}"
    ),
}


@pytest.mark.parametrize("name", INERT)
def test_tricks_in_a_pdf_change_nothing_and_do_nothing(name: str) -> None:
    _, pages = read(INERT[name])

    assert len(pages.texts) == 1
    assert set(pages.texts[0].split()) == {"words"}

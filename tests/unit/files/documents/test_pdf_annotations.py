"""The notes and the filled form fields of a PDF's pages."""

import pytest

from ingestion.files.documents.pages import Pages
from ingestion.files.documents.pdf_annotations import MAX_ANNOTATIONS, MAX_CHARACTERS
from tests.unit.files.documents.pdfs import FONT, page, pdf, stream, tree, words
from tests.unit.files.documents.reading import read


def pages_with(annotations: str, *objects: str) -> Pages:
    """Return a page with these annotations, and one without. Objects are numbered from 7."""
    annotated = page()[: -len(" >>")] + f" /Annots {annotations} >>"
    content = pdf(*tree("3 0 R 6 0 R", 2), annotated, FONT, words("some words"), page(), *objects)
    return read(content)[1]


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("/Subtype /Widget /FT /Tx /V (Ann Miller)", "Ann Miller"),
        ("/Subtype /Widget /FT /Ch /V [(red) (blue)]", "red\nblue"),
        ("/Subtype /Widget /Parent << /Parent << /V (inherited) >> >>", "inherited"),
        ("/Subtype /FreeText /Contents (typed on the page)", "typed on the page"),
        ("/Subtype /Text /Contents (a note)", "a note"),
        ("/Subtype /Highlight /Contents <FEFF00DC>", "Ü"),
    ],
)
def test_notes_and_filled_fields_are_read_with_their_page(annotation: str, expected: str) -> None:
    found = pages_with(f"[<< /Type /Annot {annotation} >>]")

    assert found.texts == [f"some words\n{expected}", "some words"]
    assert found.faults == []


@pytest.mark.parametrize(
    "annotation",
    [
        "/Subtype /Widget /FT /Btn /V /Yes",
        "/Subtype /Widget /FT /Sig /V << /Contents (bytes) >>",
        "/Subtype /Widget /FT /Tx",
        "/Subtype /Popup /Contents (a note again)",
        "/Subtype /Text /Contents 7",
    ],
)
def test_what_has_no_text_of_its_own_adds_none(annotation: str) -> None:
    found = pages_with(f"[<< /Type /Annot {annotation} >> 7 null (x)]", "7")

    assert found.texts == ["some words", "some words"]
    assert found.faults == []


LONG = f"<< /Subtype /Text /Contents ({'x' * (MAX_CHARACTERS // 2)}) >>"
HOSTILE = {
    "too many": ("[" + "7 0 R " * (MAX_ANNOTATIONS + 1) + "]", "<< /Subtype /Text >>"),
    "too long": ("[7 0 R 7 0 R 7 0 R]", LONG),
    "too long a list": (
        "[<< /Subtype /Widget /V [" + f"({'x' * 2_000})" * 600 + "] >>]",
        "7",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_annotations_beyond_a_limit_are_a_fault_of_their_page_only(name: str) -> None:
    found = pages_with(*HOSTILE[name])

    assert found.texts == ["some words", "some words"]
    assert [number for number, _ in found.faults] == [1]


def test_fields_in_a_circle_end() -> None:
    found = pages_with("[7 0 R]", "<< /Subtype /Widget /Parent 7 0 R >>")

    assert found.texts == ["some words", "some words"]


def test_a_scanned_page_with_too_many_annotations_is_a_page_without_text() -> None:
    annotations = HOSTILE["too many"][0].replace("7 0 R", "6 0 R")
    scanned = page()[: -len(" >>")] + f" /Annots {annotations} >>"

    _, found = read(pdf(*tree("3 0 R"), scanned, FONT, stream(b""), "<< /Subtype /Text >>"))

    assert found.texts == [""]
    assert [number for number, _ in found.faults] == [1]

"""A document is read in a process of its own, within limits on time and memory."""

from tempfile import TemporaryFile

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.document import DocumentText
from ingestion.files.documents.isolated import read_isolated
from ingestion.files.documents.memory import memory_for_reading, too_little_memory
from ingestion.files.timed_stream import OutOfTime
from tests.unit.files.documents.pdfs import FONT, page, pdf, stream, tree, words
from tests.unit.files.documents.reading import sample


def read(content: bytes, name: str = "a", *, stops: bool = False, memory: int = 10**9) -> object:
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return read_isolated(file, name, "utf-8", lambda: stops, max_memory_bytes=memory)


def test_text_media_type_and_unreadable_pages_come_back() -> None:
    content = pdf(
        *tree("6 0 R 3 0 R", 2),
        page(),
        FONT,
        words("some words"),
        page("7 0 R"),
        stream(b"no", "/Filter /NoSuchDecode"),
    )

    found = read(content)

    assert isinstance(found, DocumentText)
    assert (found.media_type, found.pages) == ("application/pdf", ["", "some words"])
    assert [number for number, _ in found.faults] == [1]


@pytest.mark.parametrize(
    "name", ["-c.txt", "a\udcff.md", "a\nb", "--help", "import os.eml.txt", ""]
)
def test_a_name_of_any_kind_is_only_a_name(name: str) -> None:
    found = read(b"words", name)

    assert isinstance(found, DocumentText)
    assert found.pages == ["words"]


def test_a_refusal_comes_back_with_reason_and_detail() -> None:
    with pytest.raises(RefusedFile) as refusal:
        read(b"\x89PNG\r\n\x1a\n")

    assert refusal.value.reason == "unknown_format"
    assert "PNG" in refusal.value.detail


def test_a_document_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(OutOfTime):
        read(sample("fpdf2-100-pages.pdf"), stops=True)


@pytest.mark.parametrize(
    ("memory_mb", "expected"), [(256, 161_061_273), (1769, 1024**3), (10_240, 1024**3)]
)
def test_a_document_may_use_a_part_of_the_functions_memory(memory_mb: int, expected: int) -> None:
    assert memory_for_reading(memory_mb) == expected


def test_the_smallest_function_reads_a_document() -> None:
    found = read(sample("reportlab-one-page.pdf"), memory=memory_for_reading(256))

    assert isinstance(found, DocumentText)
    assert found.pages[0]


def test_a_document_that_needs_too_much_memory_is_refused() -> None:
    with pytest.raises(RefusedFile) as refusal:
        read(b"<p>words" * 7_000_000, "a.html", memory=150_000_000)

    assert refusal.value.reason == "too_large"
    assert refusal.value.detail == (
        "needs more than 150000000 bytes of memory: split the document, or save it in another"
        " format, or raise files.memory_mb"
    )


@pytest.mark.parametrize(("memory_mb", "helps"), [(256, True), (1706, True), (1769, False)])
def test_more_memory_is_suggested_only_where_it_helps(memory_mb: int, helps: bool) -> None:
    refusal = too_little_memory(memory_for_reading(memory_mb))

    assert ("raise files.memory_mb" in refusal.detail) is helps

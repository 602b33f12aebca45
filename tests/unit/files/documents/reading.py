"""Reads documents from bytes, and the samples of other programs."""

from io import BytesIO
from pathlib import Path

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.documents.pages import Pages
from ingestion.files.documents.read import read_document
from ingestion.files.documents.suffix import known_suffix

SAMPLES = Path(__file__).parent / "samples"


def read(content: bytes, name: str = "", encoding: str = "utf-8") -> tuple[str, Pages]:
    """Return the media type and the pages of a document."""
    pages = Pages()
    return read_document(BytesIO(content), known_suffix(name), encoding, pages), pages


def refusal_of(content: bytes, name: str = "") -> str:
    """Return why a document is refused."""
    with pytest.raises(RefusedFile) as refusal:
        read(content, name)
    assert refusal.value.detail
    return refusal.value.reason


def sample(name: str) -> bytes:
    """Return a file that another program wrote."""
    return (SAMPLES / name).read_bytes()

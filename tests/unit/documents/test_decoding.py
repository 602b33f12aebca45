"""Which encodings of text are found, and what is no text."""

import pytest

from ingestion.documents.decoding import decode
from ingestion.documents.pages import Pages, clean
from ingestion.errors import RefusedFile


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-32", None),
        ("cp1252", None),
        ("cp1252", "utf-8"),
        ("cp1250", "cp1250"),
        ("utf-8", "cp1250"),
        ("latin-1", "no-such-encoding"),
        ("latin-1", "unicode-escape"),
    ],
)
def test_text_is_decoded_by_its_mark_as_utf_8_or_as_declared(
    encoding: str, declared: str | None
) -> None:
    assert decode("Größe 4,2".encode(encoding), declared) == "Größe 4,2"


@pytest.mark.parametrize(
    ("content", "declared", "reason"),
    [
        ("Größe".encode("utf-16-le"), None, "unknown_format"),
        (bytes(range(256)), None, "unknown_format"),
        (b"\x01\x02\x03 text", None, "unknown_format"),
        (b"\x81\x8d", None, "wrong_encoding"),
        (b"\xff\xfe\x00", None, "wrong_encoding"),
        (b"\xff\xff\xff", "shift_jis", "wrong_encoding"),
    ],
)
def test_bytes_that_are_no_text_are_refused(
    content: bytes, declared: str | None, reason: str
) -> None:
    with pytest.raises(RefusedFile) as refusal:
        decode(content, declared)

    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("inv\u00adoice con\u200btract", "invoice contract"),
        ("\u202egnp.exe\u202c \u2066x\u2069", "gnp.exe x"),
        ("\ufb01nal e\u0301t\u00e9", "final \u00e9t\u00e9"),
        ("\x1b[31mred\x07 \ud800 \x9b", "[31mred"),
    ],
)
def test_what_hides_words_or_steers_a_terminal_is_no_text(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_a_text_beyond_the_limits_is_refused() -> None:
    pages = Pages(max_bytes=10, max_pages=2)
    pages.add("éééé")

    with pytest.raises(RefusedFile, match="more than 10 bytes"):
        pages.add("xxx")

    others = Pages(max_pages=1)
    others.add("")
    with pytest.raises(RefusedFile, match="more than 1 pages"):
        others.add("")

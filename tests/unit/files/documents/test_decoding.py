"""Which encodings of text are found, and what is no text."""

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.documents.decoding import decode
from ingestion.files.documents.pages import Pages, clean


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", None),
        ("utf-32", None),
        ("cp1252", None),
        ("cp1252", "utf-8"),
        ("cp1252", "us-ascii"),
        ("utf-8", "us-ascii"),
        ("utf-8", "utf-16"),
        ("cp1250", "cp1250"),
        ("utf-16-le", "utf-16le"),
        ("latin-1", "no-such-encoding"),
        ("latin-1", "unicode-escape"),
    ],
)
def test_text_is_decoded_by_its_mark_or_as_it_declares_or_as_utf_8(
    encoding: str, declared: str | None
) -> None:
    assert decode("Größe 4,2".encode(encoding), declared) == "Größe 4,2"


@pytest.mark.parametrize(
    ("text", "encoding", "label"),
    [
        ("日本語", "iso2022_jp", "ISO-2022-JP"),
        ("中文", "hz", "hz-gb-2312"),
        ("한국어", "iso2022_kr", "iso-2022-kr"),
        ("朱镕基 東", "gbk", "gb2312"),
        ("①髙", "cp932", "shift_jis"),
        ("①髙", "cp932", "x-sjis"),
        ("똠방", "cp949", "euc-kr"),
        ("„5 €“", "cp1252", "iso-8859-1"),
        ("\x81ü", "latin-1", "iso-8859-1"),
    ],
)
def test_a_declared_encoding_is_what_programs_mean_by_it(
    text: str, encoding: str, label: str
) -> None:
    assert decode(text.encode(encoding), label) == text


@pytest.mark.parametrize(
    ("encoding", "default", "declared"),
    [
        ("utf-8", "cp1250", None),
        ("cp1250", "cp1250", None),
        ("cp1250", "cp1250", "utf-8"),
        ("iso2022_jp", "iso-2022-jp", None),
        ("utf-16-le", "utf-16-le", None),
        ("utf-8", "iso-2022-jp", None),
        ("iso8859-5", "cp1252", "iso-8859-5"),
    ],
)
def test_the_encoding_of_the_source_counts_for_text_that_declares_none(
    encoding: str, default: str, declared: str | None
) -> None:
    text = "дом" if encoding == "iso8859-5" else "4,2"

    assert decode(text.encode(encoding), declared, default) == text


@pytest.mark.parametrize(
    ("content", "declared", "reason"),
    [
        ("Größe".encode("utf-16-le"), None, "unknown_format"),
        (bytes(range(256)), None, "unknown_format"),
        (b"\x01\x02\x03 text", None, "unknown_format"),
        (b"\x07" * 2, None, "unknown_format"),
        (b"text\x00", "iso-2022-jp", "unknown_format"),
        (b"\x00\x00\x01\x00", "utf-16le", "unknown_format"),
        (b"\x81\x8d", None, "wrong_encoding"),
        (b"\xff\xfe\x00", None, "wrong_encoding"),
        (b"\x81\x20\x20", "shift_jis", "wrong_encoding"),
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
        ("le\u200eft ri\u200fght \u061cx", "left right x"),
        ("\ufb01nal e\u0301t\u00e9", "final \u00e9t\u00e9"),
        ("\x1b[31mred\x07 \ud800 \x9b", "red"),
        ("\x1b[1;38;5;9mERR\x1b[0mOR\x1b(B\x1b[m\x1b[K next", "ERROR next"),
        ("one\x1b[20Gtwo\x1b[?25l\x9b2Jthree", "one two  three"),
        ("\x1b]0;title\x07one \x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "one  link"),
        ("\x1b]0;not ended\nnext \x1bPabc", "]0;not ended\nnext  Pabc"),
        ("\x1b[31;", "[31;"),
    ],
)
def test_what_hides_words_or_steers_a_terminal_is_no_text(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_a_log_whose_lines_set_the_title_of_a_terminal_is_text() -> None:
    log = b"\x1b]0;host\x07\x1b[32mok\x1b[0m\n" * 100

    assert clean(decode(log)).split() == ["ok"] * 100


def test_text_of_many_unended_sequences_is_cleaned_in_time() -> None:
    assert len(clean("\x1b]" * 500_000 + "\x1b[" + "0" * 500_000)) > 500_000


def test_one_control_character_does_not_refuse_a_short_text() -> None:
    assert decode(b"a bell: \x07") == "a bell: \x07"


def test_a_text_beyond_the_limits_is_refused() -> None:
    pages = Pages(max_bytes=10, max_pages=2)
    pages.add("éééé")

    with pytest.raises(RefusedFile, match="more than 10 bytes"):
        pages.add("xxx")

    others = Pages(max_pages=1)
    others.add("")
    with pytest.raises(RefusedFile, match="more than 1 pages"):
        others.add("")

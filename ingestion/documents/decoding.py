"""Decode text whose encoding is unknown: by its byte order mark, as UTF-8, or as declared."""

from ingestion.errors import RefusedFile
from ingestion.syntax.encodings import text_encoding

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16.
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_FALLBACK = "cp1252"  # Of text that is not UTF-8, and declares nothing.
_CONTROLS = bytes(b for b in range(0x20) if b not in b"\t\n\v\f\r\x1a\x1b\b")
_MAX_CONTROL_SHARE = 0.001


def decode(content: bytes, *declared: str | None) -> str:
    """Return the text in UTF-8, or else in the first known encoding of `declared`.

    Raises RefusedFile for bytes that are no text.
    """
    if marked := next((name for mark, name in _MARKS if content.startswith(mark)), None):
        return _decoded(content, marked)
    if b"\0" in content:
        raise _no_text("it holds NUL bytes. Save UTF-16 with a byte order mark, or as UTF-8")
    if len(content) - len(content.translate(None, _CONTROLS)) > _MAX_CONTROL_SHARE * len(content):
        raise _no_text("it holds control characters")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return _decoded(content, next(filter(None, map(_known, declared)), _FALLBACK))


def _known(encoding: str | None) -> str | None:
    """Return the encoding if it can decode text, and is not the one that was tried first."""
    try:
        name = text_encoding(encoding or "utf-8").lower()
    except ValueError:
        return None
    return None if name.replace("_", "-") in ("utf-8", "utf8", "utf-8-sig") else name


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeError as error:
        raise RefusedFile(
            "wrong_encoding",
            f"the text is not UTF-8, and not {encoding}: save it as UTF-8, or set files.encoding",
        ) from error


def _no_text(reason: str) -> RefusedFile:
    return RefusedFile("unknown_format", f"the content is no text: {reason}")

"""Decode text: by its byte order mark, as it declares, as UTF-8, or in the source's encoding."""

import re
from codecs import lookup
from collections.abc import Iterator

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
# What browsers and programs mean by an encoding: https://encoding.spec.whatwg.org/#names-and-labels
_MEANT = {
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-11": "cp874",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
_LABELS = {"windows-874": "cp874", "x-euc-jp": "euc_jp", "x-gbk": "gb18030", "x-sjis": "cp932"}
_NOT_DECLARED = ("ascii", "utf-8", "utf-8-sig")  # Programs declare ASCII for any text.
_STATEFUL = ("iso2022", "hz")  # Their text is ASCII, so it is valid UTF-8.
_WIDE = ("utf-16", "utf-32")
_CONTROLS = bytes(b for b in range(0x20) if b not in b"\t\n\v\f\r\x1a\x1b\b")
_MAX_CONTROL_SHARE = 0.001
_TERMINAL_TITLE = re.compile(rb"\x1b\][^\x07\x1b\n]*\x07")  # Each prompt in a log may set one.


def decode(content: bytes, declared: str | None = None, default: str | None = None) -> str:
    """Return the text. `declared` is what the text says, `default` what its source says.

    Raises RefusedFile for bytes that are no text.
    """
    marked = _marked(content)
    encodings = [marked] if marked else [*_encodings(content, declared, default)]
    uses_controls = encodings[0].startswith((*_STATEFUL, *_WIDE))
    if not uses_controls:
        _check_controls(content)
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeError as error:
            fault = error
            continue
        if uses_controls:
            _check_controls(text.encode(errors="replace"))
        return text
    raise RefusedFile(
        "wrong_encoding",
        f"the text is not {' and not '.join(encodings)}: save it as UTF-8, or set files.encoding",
    ) from fault


def decode_any(content: bytes, declared: str | None) -> str:
    """Return the text. What is no text becomes the replacement character."""
    try:
        return decode(content, declared)
    except RefusedFile:
        return content.decode(next(_encodings(content, declared, None)), errors="replace")


def beginning_of(content: bytes, size_bytes: int) -> str:
    """Return the beginning of a text. Only its ASCII characters are sure to be right."""
    return content[:size_bytes].decode(_marked(content) or "latin-1", errors="ignore")


def _marked(content: bytes) -> str | None:
    return next((name for mark, name in _MARKS if content.startswith(mark)), None)


def _encodings(content: bytes, declared: str | None, default: str | None) -> Iterator[str]:
    """Yield the encodings to try. A text that declares its encoding is in no default one."""
    known = _meant_by(content, declared)
    others = _meant_by(content, default) or [_FALLBACK]
    yield from known
    if others[0].startswith((*_STATEFUL, *_WIDE)):
        yield from others
    yield "utf-8"
    if not known:
        yield from others


def _meant_by(content: bytes, encoding: str | None) -> list[str]:
    """Return what an encoding means, and the encoding itself, if it says something."""
    try:
        label = (encoding or "utf-8").lower()
        name = lookup(text_encoding(_LABELS.get(label, label))).name
    except ValueError:
        return []
    is_wide_only_by_name = name.startswith(_WIDE) and b"\0" not in content
    if name in _NOT_DECLARED or is_wide_only_by_name:
        return []
    return [_MEANT[name], name] if name in _MEANT else [name]


def _check_controls(content: bytes) -> None:
    if b"\0" in content:
        raise _no_text("it holds NUL bytes. Save UTF-16 with a byte order mark, or as UTF-8")
    content = _TERMINAL_TITLE.sub(b"", content)
    controls = len(content) - len(content.translate(None, _CONTROLS))
    if controls > max(1, _MAX_CONTROL_SHARE * len(content)):
        raise _no_text("it holds control characters")


def _no_text(reason: str) -> RefusedFile:
    return RefusedFile("unknown_format", f"the content is no text: {reason}")

"""The text of an e-mail: its headers, its bodies, and the names of its attachments."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from itertools import chain
from typing import NamedTuple

from ingestion.errors import RefusedFile
from ingestion.files.documents.decoding import decode_any
from ingestion.files.documents.html_text import read_mailed_html
from ingestion.files.documents.pages import DAMAGED

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_HEADERS = frozenset({"from", "date", "subject", "received", "message-id", "mime-version"})
_MAX_PARTS = 1_000
_MAX_DEPTH = 50
_RANKS = {"text/plain": 3, "text/html": 2}  # Of the forms of one text.
_SOFT_BREAK = re.compile(r"(?<!^--) \r?\n(?:>+ ?)?", re.MULTILINE)


class _Line(NamedTuple):
    """Text of an e-mail. `rank` is 0 for headers and the names of attachments."""

    text: str
    rank: int = 0


class _Policy(Compat32):
    """Decodes headers that hold UTF-8 (RFC 6532). Without it, such characters are lost."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the library's name
        return decode_any(value.encode("utf-8", "surrogateescape"), None)


def read_email(content: bytes) -> str:
    """Return the text of an e-mail and of the e-mails that are attached to it.

    Raises RefusedFile if the content is no e-mail, or has too many parts.
    """
    try:
        message = message_from_bytes(
            content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), policy=_Policy()
        )
        parts = sum(1 for _ in message.walk())
    except RecursionError as error:  # Python's parser nests as deep as the parts do.
        raise _too_complex() from error
    if parts > _MAX_PARTS:
        raise _too_complex()
    if not _HEADERS & {name.lower() for name in message}:
        raise RefusedFile(DAMAGED, "has no headers of an e-mail, such as From and Date")
    return "\n".join(line.text for line in _lines_of(message))


def _too_complex() -> RefusedFile:
    return RefusedFile(
        "too_large",
        f"the e-mail has more than {_MAX_PARTS} parts or {_MAX_DEPTH} levels of parts: save its"
        " attachments, and upload them on their own",
    )


def _lines_of(message: Message, depth: int = 0) -> Iterator[_Line]:
    """Yield the lines of a message or of a part of one."""
    if depth > _MAX_DEPTH:
        raise _too_complex()
    for name in _SHOWN:
        for value in message.get_all(name, []):
            yield _Line(f"{name}: {_header_text(value)}")
    kind = message.get_content_type()
    if message.is_multipart():
        parts = [part for part in message.get_payload() if isinstance(part, Message)]
        forms = [list(_lines_of(part, depth + 1)) for part in parts]
        yield from _best(forms) if kind == "multipart/alternative" else chain(*forms)
        return
    if attached := message.get_filename():
        yield _Line(f"Attachment: {_header_text(attached)}")
    is_attached = message.get_content_disposition() == "attachment"
    if message.get_content_maintype() == "text" and not is_attached:
        body = _body(message, kind)
        yield _Line(body, _RANKS.get(kind, 1) if body.strip() else 0)


def _best(forms: list[list[_Line]]) -> Iterator[_Line]:
    """Yield the lines of the best form of a text, and the names of attachments in the others.

    Plain text is best, then HTML. Of equal forms the last one is best (RFC 2046).
    """
    ranks = [max((line.rank for line in form), default=0) for form in forms]
    best = max(range(len(forms)), key=lambda number: (ranks[number], number), default=None)
    for number, form in enumerate(forms):
        yield from (line for line in form if number == best or not line.rank)


def _body(part: Message, kind: str) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return ""
    charset = part.get_content_charset()
    if kind == "text/html":
        return read_mailed_html(content, charset)
    text = decode_any(content, charset)
    return _SOFT_BREAK.sub("", text) if str(part.get_param("delsp")).lower() == "yes" else text


def _header_text(value: object) -> str:
    """Return a header with its encoded words decoded (RFC 2047)."""
    text = str(value)
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text

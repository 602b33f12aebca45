"""The text of an e-mail: its headers, its bodies, and the names of its attachments."""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from itertools import chain
from typing import NamedTuple

from ingestion.errors import RefusedFile
from ingestion.files.documents.decoding import decode_any
from ingestion.files.documents.email_parts import PartsReader, encoded_parts
from ingestion.files.documents.html_text import read_mailed_html
from ingestion.files.documents.pages import DAMAGED

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_HEADERS = frozenset({"from", "date", "subject", "received", "message-id", "mime-version"})
_HTML = ("text/html", "application/xhtml+xml")
_STYLES = ("text/css", "text/javascript", "text/ecmascript")  # Of saved pages (.mht).
_E_MAILS = ("message/rfc822", "message/global", "message/news")  # Others are fields: RFC 3464.
# Of the forms of one text. A form that cannot be read is better than an empty one.
_RANKS = {"text/plain": 4, "text/html": 3, "application/xhtml+xml": 3}
_OTHER_TEXT, _FAULT = 2, 1
# Neither a body nor a file that someone attached: parts of a saved page, and signatures.
_NO_TEXT = re.compile(r"(?:image|audio|video|font)/|.*(?:-signature|script|font[\w.-]*)$")
_SOFT_BREAK = re.compile(r"(?<!^--) \r?\n(?:>+ ?)?", re.MULTILINE)


class EmailText(NamedTuple):
    """The text of an e-mail, and why parts of it cannot be read."""

    text: str
    faults: list[str]


class _Line(NamedTuple):
    """Text of an e-mail, or a fault. `rank` is 0 for headers and the names of attachments."""

    text: str
    rank: int = 0


def read_email(content: bytes) -> EmailText:
    """Return the text of an e-mail and of the e-mails that are attached to it.

    Raises RefusedFile if the content is no e-mail, or has too many parts.
    """
    reader = PartsReader()
    message = reader.parse(content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    if not _HEADERS & {name.lower() for name in message}:
        raise RefusedFile(DAMAGED, "has no headers of an e-mail, such as From and Date")
    lines = list(_lines_of(message, reader))
    texts = "\n".join(line.text for line in lines if line.rank != _FAULT)
    return EmailText(texts, [line.text for line in lines if line.rank == _FAULT])


def _lines_of(message: Message, reader: PartsReader, depth: int = 0) -> Iterator[_Line]:
    """Yield the lines of a message or of a part of one."""
    reader.check_depth(depth)
    kind = message.get_content_type()
    for name in _SHOWN:
        for value in message.get_all(name, []):
            yield _Line(f"{name}: {_header_text(value)}")
    if (encoded := encoded_parts(message)) is not None:
        yield from _lines_of(reader.parse(encoded), reader, depth + 1)
    elif message.is_multipart():
        parts = [part for part in message.get_payload() if isinstance(part, Message)]
        if message.get_content_maintype() == "message" and kind not in _E_MAILS:
            yield from chain(*map(_fields_of, parts))
        forms = [list(_lines_of(part, reader, depth + 1)) for part in parts]
        yield from _best(forms) if kind == "multipart/alternative" else chain(*forms)
    else:
        yield from _content_of(message, kind)


def _fields_of(part: Message) -> Iterator[_Line]:
    """Yield the fields of a report that a program reads, such as why a mail was not delivered."""
    for name, value in part.items():
        if name.title() not in _SHOWN:
            yield _Line(f"{name}: {_header_text(value)}", _OTHER_TEXT)


def _content_of(part: Message, kind: str) -> Iterator[_Line]:
    """Yield the body or the name of a part that holds no other parts."""
    attached = part.get_filename()
    is_attached = part.get_content_disposition() == "attachment"
    if attached:
        yield _Line(f"Attachment: {_header_text(attached)}")
    if is_attached or kind in _STYLES:
        if not attached and is_attached:
            yield _Line("an attachment without a name is not read", _FAULT)
    elif part.get_content_maintype() in ("text", "multipart", "message") or kind in _HTML:
        body = _body(part, kind)
        yield _Line(body, _RANKS.get(kind, _OTHER_TEXT) if body.strip() else 0)
    elif not (attached or "Content-Location" in part or _NO_TEXT.match(kind)):
        yield _Line(f"a part of the type {kind[:100]} is not read", _FAULT)


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
    if kind in _HTML:
        return read_mailed_html(content, charset, is_xml=kind != "text/html")
    text = decode_any(content, charset)
    return _SOFT_BREAK.sub("", text) if str(part.get_param("delsp")).lower() == "yes" else text


def _header_text(value: object) -> str:
    """Return a header with its encoded words decoded (RFC 2047)."""
    text = str(value)
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text

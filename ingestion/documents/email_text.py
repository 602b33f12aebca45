"""The text of an e-mail: its headers, its bodies, and the names of its attachments."""

from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

from ingestion.documents.decoding import decode
from ingestion.documents.html_text import read_html
from ingestion.documents.pages import DAMAGED
from ingestion.errors import RefusedFile

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_HEADERS = frozenset({"from", "date", "subject", "received", "message-id", "mime-version"})
_MAX_PARTS = 1_000
_MAX_DEPTH = 50


def read_email(content: bytes) -> str:
    """Return the text of an e-mail and of the e-mails that are attached to it.

    Raises RefusedFile if the content is no e-mail, or has too many parts.
    """
    _check_nesting(content)
    message = message_from_bytes(content)
    if not _HEADERS & {name.lower() for name in message}:
        raise RefusedFile(DAMAGED, "has no headers of an e-mail, such as From and Date")
    return "\n".join(_lines_of(message))


def _check_nesting(content: bytes) -> None:
    """Refuse an e-mail with very many parts before Python's parser nests as deep as they do."""
    if content.lower().count(b"\ncontent-type:") > _MAX_PARTS:
        raise _too_complex()


def _too_complex() -> RefusedFile:
    return RefusedFile(
        DAMAGED,
        f"the e-mail has more than {_MAX_PARTS} parts, or {_MAX_DEPTH} levels of them",
    )


def _lines_of(message: Message, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a message or of a part of one."""
    if depth > _MAX_DEPTH:
        raise _too_complex()
    for name in _SHOWN:
        for value in message.get_all(name, []):
            yield f"{name}: {_header_text(value)}"
    kind = message.get_content_type()
    if message.is_multipart():
        parts = [part for part in message.get_payload() if isinstance(part, Message)]
        for part in _alternatives(parts) if kind == "multipart/alternative" else parts:
            yield from _lines_of(part, depth + 1)
    elif attached := message.get_filename():
        yield f"Attachment: {_header_text(attached)}"
    elif message.get_content_maintype() == "text":
        yield _body(message, kind)


def _alternatives(parts: list[Message]) -> list[Message]:
    """Return one of the forms of a text: the plain one, if there is one."""
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    return plain[:1] or parts[-1:]


def _body(part: Message, kind: str) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return ""
    charset = part.get_content_charset()
    try:
        return read_html(content, charset) if kind == "text/html" else decode(content, charset)
    except RefusedFile:
        return content.decode("latin-1")  # One wrong part does not hide the others.


def _header_text(value: object) -> str:
    """Return a header with its encoded words decoded (RFC 2047)."""
    text = str(value)
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text

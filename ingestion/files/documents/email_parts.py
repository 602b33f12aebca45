"""Parses an e-mail to its parts, within limits on their number and their levels."""

import re
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32

from ingestion.errors import RefusedFile
from ingestion.files.documents.decoding import decode_any
from ingestion.files.documents.pages import DAMAGE

_MAX_PARTS = 1_000
_MAX_DEPTH = 50
_ENCODED = ("base64", "quoted-printable")
_IS_DECODED = re.compile(r"=(?!3D)", re.IGNORECASE)  # In quoted-printable, each = is =3D.


class _Policy(Compat32):
    """Decodes headers that hold UTF-8 (RFC 6532). Without it, such characters are lost."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the library's name
        return decode_any(value.encode("utf-8", "surrogateescape"), None)


_POLICY = _Policy(mangle_from_=False)


class PartsReader:
    """Parses an e-mail, and the parts of it that are encoded as a whole. Counts all parts."""

    def __init__(self) -> None:
        self._parts = 0

    def parse(self, content: bytes) -> Message:
        """Return a message. Raises RefusedFile if there are too many parts."""
        try:
            message = message_from_bytes(content, policy=_POLICY)
            self._parts += sum(1 for _ in message.walk())
        except RecursionError as error:  # Python's parser nests as deep as the parts do.
            raise _too_complex() from error
        if self._parts > _MAX_PARTS:
            raise _too_complex()
        return message

    def check_depth(self, depth: int) -> None:
        """Raise RefusedFile for a part that is too deep."""
        if depth > _MAX_DEPTH:
            raise _too_complex()


def encoded_parts(message: Message) -> bytes | None:
    """Return the decoded source of a message or multipart that is encoded as a whole.

    No program should write one, so Python's parser decodes none. Returns None for any other part.
    """
    encoding = str(message.get("Content-Transfer-Encoding", "")).strip().lower()
    main_type = message.get_content_maintype()
    if encoding not in _ENCODED or main_type not in ("message", "multipart"):
        return None
    if message.is_multipart() and (main_type == "multipart" or _is_decoded(message, encoding)):
        return None
    try:
        source = message.as_bytes(policy=_POLICY)
    except DAMAGE:
        return None
    body = source.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    part = message_from_bytes(b"Content-Transfer-Encoding: %s\n\n%s" % (encoding.encode(), body))
    decoded = part.get_payload(decode=True)
    kind = str(message.get("Content-Type") or message.get_content_type())
    head = f"Content-Type: {kind}\n\n".encode("utf-8", "surrogateescape")
    return head + (decoded if isinstance(decoded, bytes) else body)


def _is_decoded(message: Message, encoding: str) -> bool:
    """Return whether a message is not encoded as it says: its own headers show it."""
    parts = message.get_payload()
    inner = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(inner, Message):
        return True
    if encoding == "base64":
        return bool(inner.keys())
    return _IS_DECODED.search(str(inner.get("Content-Type", ""))) is not None


def _too_complex() -> RefusedFile:
    return RefusedFile(
        "too_large",
        f"the e-mail has more than {_MAX_PARTS} parts or {_MAX_DEPTH} levels of parts: save its"
        " attachments, and upload them on their own",
    )

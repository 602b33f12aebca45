"""Parse a part of an office file, within limits on what its XML may contain."""

from typing import IO
from xml.parsers.expat import ParserCreate

from ingestion.errors import RefusedFile
from ingestion.files.documents.pages import DAMAGED

_PIECE_BYTES = 64 * 1024
_MAX_DEPTH = 500
_MAX_NAMES = 10_000  # Different names of elements and attributes.
_MAX_TAG_BYTES = 1024 * 1024

Attributes = dict[str, str]


class Target:
    """Receives the elements of a part, with their local names. Ignores them by default.

    The namespaces of transitional and strict files differ, their local names do not.
    """

    def start(self, name: str, attributes: Attributes) -> None:
        """Receive the start of an element. The names of attributes have their namespaces."""

    def text(self, text: str) -> None:
        """Receive text, which may come in pieces."""

    def end(self, name: str) -> None:
        """Receive the end of an element."""


def parse_part(part: IO[bytes], target: Target) -> None:
    """Parse the part. Raises ExpatError if it is not XML, and RefusedFile if it is hostile."""
    depth = 0

    def start_element(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise _not_allowed(f"elements are nested more than {_MAX_DEPTH} levels deep")
        target.start(_local(name), attributes)

    def end_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        target.end(_local(name))

    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start_element
    parser.EndElementHandler = end_element
    parser.CharacterDataHandler = target.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    fed = 0
    while piece := part.read(_PIECE_BYTES):
        parser.Parse(piece)
        fed += len(piece)
        if fed - parser.CurrentByteIndex > _MAX_TAG_BYTES or len(parser.intern) > _MAX_NAMES:
            raise _not_allowed("a tag is too long, or there are too many different tags")
    parser.Parse(b"", True)


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_doctype(*_: object) -> None:
    # A document type can name files to read, and entities that expand without end.
    raise _not_allowed("a part declares a document type")


def _not_allowed(what: str) -> RefusedFile:
    return RefusedFile(DAMAGED, f"{what}, which an office file must not have")

"""Parse a part of a workbook piece by piece, within limits on what the parser keeps."""

from collections.abc import Iterator
from typing import IO, Protocol
from xml.parsers.expat import ParserCreate, XMLParserType

from ingestion.errors import RefusedFile

_PIECE_BYTES = 64 * 1024
_MAX_DEPTH = 100
_MAX_NAMES = 10_000  # Different names of elements and attributes.
_MAX_TAG_BYTES = 1024 * 1024
MAX_ELEMENTS = 100_000_000  # Of a part. A cell with a value is two, such as <c><v>.
# Transitional and strict workbooks differ in their namespaces only.
_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
    "http://schemas.openxmlformats.org/package/2006/relationships ",
)


class Target(Protocol):
    """Receives the elements of a part. The name of an element of another namespace is empty."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Receive the start of an element."""

    def text(self, text: str) -> None:
        """Receive text, which may come in pieces."""

    def end(self, name: str) -> None:
        """Receive the end of an element."""


def parse_by_piece(
    part: IO[bytes], target: Target, max_elements: int = MAX_ELEMENTS
) -> Iterator[None]:
    """Parse the part, and pause after each piece so that the caller can collect results.

    Raises ExpatError if the part is not XML, and RefusedFile if it is hostile.
    """
    parser = _parser(target, max_elements)
    fed = 0
    while piece := part.read(_PIECE_BYTES):
        parser.Parse(piece)
        fed += len(piece)
        if fed - parser.CurrentByteIndex > _MAX_TAG_BYTES or len(parser.intern) > _MAX_NAMES:
            raise _not_allowed("a tag is too long, or there are too many different tags")
        yield
    parser.Parse(b"", True)
    yield


def parse_whole(part: IO[bytes], target: Target) -> None:
    """Parse the part to its end, with the errors of `parse_by_piece`."""
    for _ in parse_by_piece(part, target):
        pass


def _parser(target: Target, max_elements: int) -> XMLParserType:
    depth = elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if elements > max_elements:
            raise RefusedFile(
                "too_large",
                f"a part of the workbook has more than {max_elements} elements: send CSV",
            )
        if depth > _MAX_DEPTH:
            raise _not_allowed(f"elements are nested more than {_MAX_DEPTH} levels deep")
        target.start(_local(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        target.end(_local(name))

    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = target.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _local(name: str) -> str:
    namespace, separator, local = name.rpartition(" ")
    return local if namespace + separator in _NAMESPACES else ""


def _refuse_doctype(*_: object) -> None:
    # A document type can define entities that expand without end.
    raise _not_allowed("a part declares a document type")


def _not_allowed(what: str) -> RefusedFile:
    return RefusedFile("not_a_workbook", f"{what}, which a workbook must not have")

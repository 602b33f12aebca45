"""Parse XML piece by piece, within limits on its nesting and on what the parser keeps in memory."""

from collections.abc import Callable, Iterator
from typing import IO, Protocol
from xml.parsers.expat import ParserCreate, XMLParserType

MAX_DEPTH = 500
MAX_ELEMENTS = 100_000_000  # Of a part. A cell of a workbook with a value is two, as in <c><v>.
_PIECE_BYTES = 64 * 1024
_MAX_NAMES = 10_000  # Different names of elements and attributes.
_MAX_TAG_BYTES = 1024 * 1024

Attributes = dict[str, str]


class HostileXml(Exception):
    """The XML exceeds a limit, or declares a document type."""


class TooManyElements(HostileXml):
    """The XML has more elements than allowed."""


class Target(Protocol):
    """Receives the elements. The names of attributes have their namespaces."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Receive the start of an element."""

    def text(self, text: str) -> None:
        """Receive text, which may come in pieces."""

    def end(self, name: str) -> None:
        """Receive the end of an element."""


class IgnoringTarget:
    """Ignores everything: a base of targets that need only a part."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Ignore the start of an element."""

    def text(self, text: str) -> None:
        """Ignore text."""

    def end(self, name: str) -> None:
        """Ignore the end of an element."""


def parse_by_piece(
    part: IO[bytes],
    target: Target,
    local_name: Callable[[str], str],
    max_elements: int = MAX_ELEMENTS,
) -> Iterator[None]:
    """Parse the part, and pause after each piece so that the caller can collect results.

    `local_name` receives `{namespace} {name}`, and returns the name for the target. Raises
    ExpatError if the part is not XML, and HostileXml if it exceeds a limit.
    """
    parser = _parser(target, local_name, max_elements)
    fed = 0
    while piece := part.read(_PIECE_BYTES):
        parser.Parse(piece)
        fed += len(piece)
        if fed - parser.CurrentByteIndex > _MAX_TAG_BYTES:
            raise HostileXml(f"a tag or a comment has more than {_MAX_TAG_BYTES} bytes")
        if len(parser.intern) > _MAX_NAMES:
            names = "different names of elements and attributes"
            raise HostileXml(f"the XML has more than {_MAX_NAMES} {names}")
        yield
    parser.Parse(b"", True)
    yield


def _parser(target: Target, local_name: Callable[[str], str], max_elements: int) -> XMLParserType:
    depth = elements = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if elements > max_elements:
            raise TooManyElements(f"a part has more than {max_elements} elements")
        if depth > MAX_DEPTH:
            raise HostileXml(f"elements are nested more than {MAX_DEPTH} levels deep")
        target.start(local_name(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        target.end(local_name(name))

    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = target.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    # A document type can name files to read, and entities that expand without end.
    raise HostileXml("a part declares a document type")

"""The text of a Word file, and of each slide of a PowerPoint file."""

from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers.expat import ExpatError

from ingestion.errors import RefusedFile
from ingestion.files.archive import DAMAGE as ARCHIVE_DAMAGE
from ingestion.files.documents.office.package import Package
from ingestion.files.documents.pages import DAMAGE, DAMAGED
from ingestion.syntax.bounded_xml import Attributes, IgnoringTarget

PART_DAMAGE = (*DAMAGE, *ARCHIVE_DAMAGE, ExpatError, StopIteration, RefusedFile)
_WORD_PARTS = ("header+xml", "footnotes+xml", "endnotes+xml", "comments+xml", "footer+xml")
# Text for older programs, and text at its place before a tracked change, which is also elsewhere.
_REPEATED = ("Fallback", "moveFrom")
_RELATION_ID = "/relationships id"  # In the namespaces of transitional and strict files.
_BREAKS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "sym": " "}


class PageText(NamedTuple):
    """The text of a page, or why it cannot be read."""

    text: str
    fault: str = ""


class _Texts(IgnoringTarget):
    """Collects the text of runs (`w:t`, `a:t`, `m:t`). Paragraphs and breaks end a line."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._is_text = False
        self._repeated = 0

    def start(self, name: str, _: Attributes) -> None:
        if name in _REPEATED or self._repeated:
            self._repeated += 1
        elif name == "t":
            self._is_text = True
        elif name in _BREAKS and name != "p":
            self.pieces.append(_BREAKS[name])

    def text(self, text: str) -> None:
        if self._is_text:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        if self._repeated:
            self._repeated -= 1
        elif name == "t":
            self._is_text = False
        elif name == "p":
            self.pieces.append("\n")


def word_texts(package: Package, document: str) -> Iterator[PageText]:
    """Yield the text of a Word file: of its document, notes, comments, headers and footers.

    Also yields a page for each of these that cannot be read, but not for the document.
    """
    texts, unreadable = [_text_of(package, document)], []
    for kind in _WORD_PARTS:
        for part in sorted(package.parts_of(kind)):
            try:
                texts.append(_text_of(package, part))
            except PART_DAMAGE as error:
                _raise_limit(error)
                unreadable.append(f"the {kind.removesuffix('+xml')} cannot be read")
    yield PageText("\n".join(texts))
    yield from (PageText("", fault) for fault in unreadable)


def slide_texts(package: Package, presentation: str) -> Iterator[PageText]:
    """Yield the text of each slide and of its notes, in the order of the presentation."""
    related = package.related(presentation)
    notes = set(package.parts_of("notesslide+xml"))
    for element in package.elements(presentation, "sldId"):
        try:
            slide = related[next(element[key] for key in element if key.endswith(_RELATION_ID))]
            own = [part for part in package.related(slide).values() if part in notes]
            yield PageText("\n".join(_text_of(package, part) for part in [slide, *own]))
        except PART_DAMAGE as error:
            _raise_limit(error)
            what = error.detail if isinstance(error, RefusedFile) else type(error).__name__
            yield PageText("", f"the slide cannot be read ({what})")


def _raise_limit(error: Exception) -> None:
    """Raise a refusal that concerns the whole file, such as a limit."""
    if isinstance(error, RefusedFile) and error.reason != DAMAGED:
        raise error


def _text_of(package: Package, part: str) -> str:
    found = _Texts()
    package.parse(part, found)
    return "".join(found.pieces)

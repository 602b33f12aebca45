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
_DRAWN = {"diagramdata+xml": "SmartArt", "chart+xml": "chart", "chartex+xml": "chart"}
_WORD_PARTS = {
    "header+xml": "header",
    "footnotes+xml": "footnotes",
    "endnotes+xml": "endnotes",
    "comments+xml": "comments",
    **_DRAWN,
    "footer+xml": "footer",
}
_SLIDE_PARTS = {"notesslide+xml": "notes", "comments+xml": "comments", **_DRAWN}
# Text for older programs, and text at its place before a tracked change, which is also elsewhere.
_REPEATED = ("Fallback", "moveFrom")
_RELATION_ID = "/relationships id"  # In the namespaces of transitional and strict files.
_BREAKS = {
    **dict.fromkeys(("p", "pt", "cm", "br", "cr", "mr"), "\n"),
    **dict.fromkeys(("tab", "ptab"), "\t"),
    "noBreakHyphen": "-",
    "den": "/",  # The lower part of a fraction.
    # What stands between two words as a symbol, a number or a picture.
    **dict.fromkeys(("sym", "pgNum", "footnoteReference", "endnoteReference"), " "),
    **dict.fromkeys(("drawing", "pict", "object"), " "),
}
_AFTER = ("p", "pt", "cm")  # They break after themselves.
_TEXTS = ("t", "text")  # `p:text` is a comment of earlier versions of PowerPoint.
_CACHES = ("strCache", "multiLvlStrCache", "strDim")  # The names of series and categories.
_CACHED = ("v", "pt")


class PageText(NamedTuple):
    """The text of a page, or None, and why the page or a part of it cannot be read."""

    text: str | None
    fault: str = ""


class _Texts(IgnoringTarget):
    """Collects the text of runs (`w:t`, `a:t`, `m:t`), and the names that a chart holds.

    Paragraphs and breaks end a line.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._is_text = self._is_cache = False
        self._repeated = 0

    def start(self, name: str, _: Attributes) -> None:
        if name in _REPEATED or self._repeated:
            self._repeated += 1
        elif name in _TEXTS or (self._is_cache and name in _CACHED):
            self._is_text = True
        elif name in _CACHES:
            self._is_cache = True
        elif name in _BREAKS and name not in _AFTER:
            self.pieces.append(_BREAKS[name])

    def text(self, text: str) -> None:
        if self._is_text:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        if self._repeated:
            self._repeated -= 1
            return
        if name in _TEXTS or name in _CACHED:
            self._is_text = False
        elif name in _CACHES:
            self._is_cache = False
        if name in _AFTER:
            self.pieces.append(_BREAKS[name])


def word_texts(package: Package, document: str) -> Iterator[PageText]:
    """Yield the text of a Word file: of its document, notes, comments, headers, footers, drawings.

    Also yields a page for each of these that cannot be read, but not for the document.
    """
    parts = {
        part: what for end, what in _WORD_PARTS.items() for part in sorted(package.parts_of(end))
    }
    text = _text_of(package, document)
    others, faults = _texts_of(package, parts)
    yield PageText("\n".join([text, *others]))
    yield from (PageText(None, fault) for fault in faults)


def slide_texts(package: Package, presentation: str) -> Iterator[PageText]:
    """Yield the text of each slide in order, with its notes, comments and drawings."""
    related = package.related(presentation)
    kinds = {part: what for end, what in _SLIDE_PARTS.items() for part in package.parts_of(end)}
    for element in package.elements(presentation, "sldId"):
        try:
            slide = related[next(element[key] for key in element if key.endswith(_RELATION_ID))]
            text = _text_of(package, slide)
        except PART_DAMAGE as error:
            _raise_limit(error)
            what = error.detail if isinstance(error, RefusedFile) else type(error).__name__
            yield PageText(None, f"the slide cannot be read ({what})")
        else:
            others, faults = _texts_beside(package, slide, kinds)
            yield PageText("\n".join([text, *others]), "; ".join(dict.fromkeys(faults)))


def _texts_beside(
    package: Package, slide: str, kinds: dict[str, str]
) -> tuple[list[str], list[str]]:
    """Return the texts of the notes, comments and drawings of a slide, and which are unreadable."""
    try:
        related = dict.fromkeys(package.related(slide).values())
    except PART_DAMAGE as error:
        _raise_limit(error)
        return [], ["the notes, comments and drawings cannot be read"]
    return _texts_of(package, {part: kinds[part] for part in related if part in kinds})


def _texts_of(package: Package, parts: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return the texts of parts, and which of them cannot be read."""
    texts, faults = [], []
    for part, what in parts.items():
        try:
            texts.append(_text_of(package, part))
        except PART_DAMAGE as error:
            _raise_limit(error)
            faults.append(f"the {what} cannot be read")
    return texts, faults


def _raise_limit(error: Exception) -> None:
    """Raise a refusal that concerns the whole file, such as a limit."""
    if isinstance(error, RefusedFile) and error.reason != DAMAGED:
        raise error


def _text_of(package: Package, part: str) -> str:
    found = _Texts()
    package.parse(part, found)
    return "".join(found.pieces)

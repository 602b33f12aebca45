"""The text of a Word file, and of each slide of a PowerPoint file."""

from collections.abc import Iterator

from ingestion.documents.office.package import Package
from ingestion.documents.office.xml import Attributes, Target

_WORD_PARTS = ("header+xml", "footnotes+xml", "endnotes+xml", "comments+xml", "footer+xml")
# Text for older programs, which repeats the text beside it.
_REPEATED = "Fallback"
_RELATION_ID = "/relationships id"  # In the namespaces of transitional and strict files.
_BREAKS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t"}


class _Texts(Target):
    """Collects the text of runs (`w:t`, `a:t`, `m:t`). Paragraphs and breaks end a line."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._is_text = False
        self._repeated = 0

    def start(self, name: str, _: Attributes) -> None:
        if name == _REPEATED or self._repeated:
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


def word_text(package: Package, document: str) -> str:
    """Return the text of a Word file: of its document, notes, comments, headers and footers."""
    others = [part for kind in _WORD_PARTS for part in sorted(package.parts_of(kind))]
    return "\n".join(_text_of(package, part) for part in [document, *others])


def slide_texts(package: Package, presentation: str) -> Iterator[str]:
    """Yield the text of each slide and of its notes, in the order of the presentation."""
    related = package.related(presentation)
    notes = set(package.parts_of("notesslide+xml"))
    for element in package.elements(presentation, "sldId"):
        slide = related[next(element[key] for key in element if key.endswith(_RELATION_ID))]
        own = [part for part in package.related(slide).values() if part in notes]
        yield "\n".join(_text_of(package, part) for part in [slide, *own])


def _text_of(package: Package, part: str) -> str:
    found = _Texts()
    package.parse(part, found)
    return "".join(found.pieces)

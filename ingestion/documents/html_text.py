"""The text that a browser would show of an HTML page. Scripts and styles are no text."""

import re
from html.parser import HTMLParser

from ingestion.documents.decoding import decode

_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "iframe", "object"})
_INLINE = frozenset(
    [
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time"),
        *("tt", "u", "var", "wbr", "img", "label", "button"),
    ]
)
_SCANNED_BYTES = 1024  # https://html.spec.whatwg.org/#determining-the-character-encoding
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.I)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


def read_html(content: bytes, encoding: str | None = None) -> str:
    """Return the text. `encoding` counts if the page is not UTF-8 and declares none."""
    declared = _CHARSET.search(content[:_SCANNED_BYTES])
    return text_of_html(decode(content, declared and declared[1].decode(), encoding))


def text_of_html(page: str) -> str:
    """Return the text of a page."""
    parser = _TextParser()
    parser.feed(page)
    parser.close()
    return _LINES.sub("\n", _SPACES.sub(" ", "".join(parser.pieces)))


class _TextParser(HTMLParser):
    """Collects text outside hidden elements. A block element begins a new line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag not in _INLINE:
            self.pieces.append("\n")
        for name, value in attrs:
            if name == "alt" and value and not self._hidden:
                self.pieces.append(f" {value} ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag not in _INLINE:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data.replace("\n", " "))

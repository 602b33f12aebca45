"""The text that a browser would show of an HTML page. Scripts and styles are no text."""

import re
from html.parser import HTMLParser

from ingestion.files.documents.decoding import beginning_of, decode, decode_any

_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg", "iframe"})
_INLINE = frozenset(
    [
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time"),
        *("tt", "u", "var", "wbr", "img", "label", "button"),
    ]
)
# They end a drawing: https://html.spec.whatwg.org/#parsing-main-inforeign
_ENDS_DRAWING = frozenset(
    [
        *("b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em"),
        *("embed", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing"),
        *("menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong"),
        *("strike", "sub", "sup", "table", "tt", "u", "ul", "var"),
    ]
)
_SCANNED_BYTES = 1024  # https://html.spec.whatwg.org/#determining-the-character-encoding
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.I)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.I)
_PAGE = re.compile(
    r"\ufeff?\s*(?:(?:<\?xml[^>]*>|<!--.*?-->)\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_XML = re.compile(r"\ufeff?\s*<\?xml\b")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


def read_html(content: bytes, encoding: str | None = None, *, is_xml: bool = False) -> str:
    """Return the text. `encoding` counts if the page declares none and is not UTF-8."""
    return text_of_html(decode(content, _declared(content[:_SCANNED_BYTES]), encoding), is_xml)


def read_mailed_html(content: bytes, charset: str | None, *, is_xml: bool = False) -> str:
    """Return the text of the HTML of an e-mail, whose header declares its encoding."""
    page = decode_any(content, charset or _declared(content[:_SCANNED_BYTES]))
    return text_of_html(page, is_xml)


def is_page(content: bytes) -> bool:
    """Return whether a text is HTML by its beginning."""
    return _PAGE.match(beginning_of(content, _SCANNED_BYTES)) is not None


def _declared(beginning: bytes) -> str | None:
    found = _CHARSET.search(beginning) or _XML_CHARSET.match(beginning)
    return found[1].decode() if found else None


def text_of_html(page: str, is_xml: bool = False) -> str:
    """Return the text of a page. In XML, `<script/>` is a whole element."""
    parser = _TextParser(is_xml or _XML.match(page) is not None)
    parser.feed(page)
    parser.close()
    return _LINES.sub("\n", _SPACES.sub(" ", "".join(parser.pieces)))


class _TextParser(HTMLParser):
    """Collects text outside hidden elements. A block element begins a new line."""

    def __init__(self, is_xml: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._is_xml = is_xml
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ENDS_DRAWING and self._hidden[-1:] == ["svg"]:
            self._hidden = [hidden for hidden in self._hidden if hidden != "svg"]
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
        elif not (self._is_xml or tag == "svg" or "svg" in self._hidden):
            self.handle_starttag(tag, attrs)  # HTML ignores the slash: the element is open.
            if tag in self.CDATA_CONTENT_ELEMENTS:
                self.set_cdata_mode(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag not in _INLINE:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data.replace("\n", " "))

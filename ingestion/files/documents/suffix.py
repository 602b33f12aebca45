"""The suffixes that say how text is read. The content alone decides about all other formats."""

from pathlib import PurePosixPath

EMAIL = (".eml", ".mht", ".mhtml")  # A saved page is an e-mail, too: RFC 2557.
XHTML = ".xhtml"
HTML = (".html", ".htm", XHTML)
MARKDOWN = (".md", ".markdown")
TEXT = (".txt", ".text", ".log", ".rst", ".tex")  # A text about PDF is no PDF.


def known_suffix(name: str) -> str:
    """Return the suffix of a file's name if it says how text is read, otherwise an empty text."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix in (*MARKDOWN, *HTML, *EMAIL, *TEXT) else ""

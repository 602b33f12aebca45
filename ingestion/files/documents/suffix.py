"""The suffixes that say how text is read. The content alone decides about all other formats."""

from pathlib import PurePosixPath

EMAIL = ".eml"
HTML = (".html", ".htm", ".xhtml")
MARKDOWN = (".md", ".markdown")


def known_suffix(name: str) -> str:
    """Return the suffix of a file's name if it says how text is read, otherwise an empty text."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix in (*MARKDOWN, *HTML, EMAIL) else ""

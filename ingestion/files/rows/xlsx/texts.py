"""Collect the text of a cell or of a shared string (ECMA-376 part 1, 18.4 and 22.9.2.19)."""

import re
from typing import IO

from ingestion.files.rows.row import MAX_CELL_CHARACTERS
from ingestion.files.rows.xlsx.xml import parse_part

_SPACE = "http://www.w3.org/XML/1998/namespace space"
_BLANKS = " \t\r\n"  # The whitespace of XML.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Text:
    """Collects a text from its runs. Phonetic runs, which say how to read it, are not text.

    Without `xml:space="preserve"` blanks at the ends are layout, and Excel does not show them.
    Keeps at most one character over the limit of a cell, so that the reader can reject it.
    """

    def __init__(self) -> None:
        self._is_open = self._is_phonetic = False
        self.clear()

    def clear(self) -> None:
        """Forget the text."""
        self.has_runs = False
        self._text = ""
        self._keeps_start = self._keeps_end = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Start a run (`t`), a value (`v`) or a phonetic run (`rPh`)."""
        if name == "rPh":
            self._is_phonetic = True
        elif name in ("t", "v") and not self._is_phonetic:
            self._is_open = True
            self._keeps_end = attributes.get(_SPACE) == "preserve"
            if not self.has_runs:
                self._keeps_start = self._keeps_end
            self.has_runs = True

    def add(self, text: str) -> None:
        """Add text if a run is open."""
        if self._is_open:
            self._text += text[: MAX_CELL_CHARACTERS + 1 - len(self._text)]

    def end(self, name: str) -> None:
        """End what `start` started."""
        if name == "rPh":
            self._is_phonetic = False
        elif name in ("t", "v"):
            self._is_open = False

    def value(self) -> str:
        """Return the text with the escapes, such as _x000D_."""
        text = self._text
        if not self._keeps_start:
            text = text.lstrip(_BLANKS)
        return text if self._keeps_end else text.rstrip(_BLANKS)


def unescape(text: str) -> str:
    """Replace `_x000D_` and the like by the characters that XML cannot hold.

    Raises ValueError for half of a surrogate pair and for NUL.
    """
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if "\0" in plain:
        raise ValueError("must not contain NUL characters")
    try:
        # Two escapes may form one character.
        return plain.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise ValueError("has half of a surrogate pair") from error


class _SharedStrings:
    """Collects the strings of the part that the cells of all sheets refer to."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._text = Text()
        self.text = self._text.add

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._text.clear()
        self._text.start(name, attributes)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "si":
            self.strings.append(self._text.value())


def shared_strings(part: IO[bytes]) -> list[str]:
    """Return the shared strings with the escapes, such as _x000D_."""
    found = _SharedStrings()
    parse_part(part, found)
    return found.strings

"""The text of a document by page, cleaned, within a limit on its length."""

import re
import unicodedata
from dataclasses import dataclass, field

from entities.document import MAX_TEXT_BYTES
from ingestion.errors import RefusedFile

MAX_PAGES = 10_000
DAMAGED = "damaged_document"
# Readers of other people's files raise these for a damaged or hostile document.
DAMAGE = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError),
    *(NotImplementedError, OSError, RecursionError, TypeError, ValueError),
)

_DROPPED = (
    *(0x061C, 0x200E, 0x200F),  # They change the direction of the text that follows.
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *(0xAD, 0x200B, 0x2060, 0xFEFF),  # Invisible within a word, which a search would not find.
)
_SPACE = [*range(9), 0xB, 0xC, 0xD, *range(0xE, 0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF]
_SPACE += [*range(0xD800, 0xE000), 0x2028, 0x2029]  # Surrogates: JSON cannot hold them.
_LIGATURES = dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"), 0xFB00))
_CLEAN = dict.fromkeys(_SPACE, " ") | dict.fromkeys(_DROPPED) | _LIGATURES
# What controls a terminal (ECMA-48). Colours may change within a word; the rest separates words.
_STYLES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[mK]|\x1b[(-/][0-~]")
_CONTROLS = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)")


def clean(text: str) -> str:
    """Return text without control characters, and without what hides words from a search."""
    text = _CONTROLS.sub(" ", _STYLES.sub("", text))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN)
    return unicodedata.normalize("NFC", lines).strip()


@dataclass
class Pages:
    """The pages that were read so far, and why others could not be read, by page from 1."""

    max_bytes: int = MAX_TEXT_BYTES
    max_pages: int = MAX_PAGES
    texts: list[str] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    size_bytes: int = 0
    unreadable: int = 0

    def add(self, text: str, fault: str = "") -> None:
        """Add the next page, and why a part of it cannot be read.

        Raises RefusedFile if the document is too long.
        """
        cleaned = clean(text)
        self.size_bytes += len(cleaned.encode())
        if self.size_bytes > self.max_bytes:
            raise RefusedFile(
                "too_large", f"the text has more than {self.max_bytes} bytes: split the document"
            )
        if len(self.texts) == self.max_pages:
            raise RefusedFile(
                "too_large", f"has more than {self.max_pages} pages: split the document"
            )
        self.texts.append(cleaned)
        if fault:
            self.faults.append((len(self.texts), fault))

    def add_unreadable(self, message: str) -> None:
        """Add a page without text, and why it cannot be read."""
        self.add("", message)
        self.unreadable += 1

    @property
    def none_readable(self) -> bool:
        """Whether there are pages, and none of them can be read."""
        return 0 < len(self.texts) == self.unreadable


def damaged(kind: str, error: Exception) -> RefusedFile:
    """Return the error of a document that cannot be read. Its message quotes nothing of it."""
    return RefusedFile(DAMAGED, f"cannot be read as {kind} ({type(error).__name__})")

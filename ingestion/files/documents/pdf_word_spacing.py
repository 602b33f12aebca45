"""Makes pypdf count the word spacing of a PDF (operator Tw), which 7.1 reads and then ignores.

Programs that justify text use it. Without it pypdf takes each later part of a line, such as a
kerned character, for a new word.
"""

from typing import Any

from pypdf import _page
from pypdf._text_extraction._text_extractor import TextExtraction


class _Extraction(TextExtraction):
    """Extracts the text of a page. The width of a text includes its word spacing."""

    def _handle_tj_operation(self, operands: list[Any]) -> float:
        moved = super()._handle_tj_operation(operands)
        if self.font.sub_type != "Type0":  # In other fonts, a blank is one byte.
            spacing = 1000 * (self.space_scale - 1)
            self._actual_str_size["str_widths"] += spacing * _blanks_in(*operands[:1])
        return moved


def _blanks_in(text: object = "") -> int:
    if isinstance(text, str):
        return text.count(" ")
    return text.count(b" ") if isinstance(text, bytes) else 0


def patch_text_extraction() -> None:
    """Replace pypdf's class for all later extractions."""
    vars(_page)["TextExtraction"] = _Extraction  # There is no setting for it.

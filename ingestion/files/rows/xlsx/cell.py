"""Return the text of a cell by its type (ECMA-376 part 1, 18.18.11)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from math import isinf

from entities.values import to_text
from ingestion.files.rows.xlsx.dates import Kind, moment, whole_day
from ingestion.files.rows.xlsx.texts import unescape

NO_VALUE = (
    "holds a formula without a stored value: open the workbook in Excel or LibreOffice,"
    " save it, and upload it again"
)
_DOUBLE = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True)
class CellReader:
    """Reads cells with what the workbook's other parts say of them."""

    strings: Sequence[str] = ()
    styles: Sequence[Kind] = ()
    is_1904: bool = False

    def text(self, cell_type: str, value: str, style: int) -> str:
        """Return the text of a cell's value. Raises ValueError, which says what is wrong."""
        if cell_type in ("str", "inlineStr"):
            return unescape(value)
        if cell_type == "e":
            raise ValueError("holds an error, such as #N/A: correct it in the workbook")
        return self._typed(cell_type, value, style) if value else ""

    def _typed(self, cell_type: str, value: str, style: int) -> str:
        match cell_type:
            case "n":
                return self._number(value, style)
            case "s":
                return unescape(self._shared(value))
            case "b" if value in _BOOLEANS:
                return to_text(_BOOLEANS[value])
            case "d":
                return _day(value)
        raise ValueError("holds a value that is not of its type, or a type that XLSX does not have")

    def _number(self, value: str, style: int) -> str:
        """Return the text of a number, which is one double, or of the date that it shows."""
        number = float(value) if _DOUBLE.fullmatch(value) else float("inf")
        if isinf(number):
            raise ValueError("holds text where its type says number, or a number out of range")
        kind = self.styles[style] if style < len(self.styles) else "number"
        if kind == "number":
            return to_text(number)
        try:
            return to_text(moment(number, kind, is_1904=self.is_1904))
        except OverflowError as error:
            raise ValueError("holds a number that is not a date") from error

    def _shared(self, value: str) -> str:
        if not value.isdecimal() or int(value) >= len(self.strings):
            raise ValueError("refers to a shared text that the workbook does not have")
        return self.strings[int(value)]


def _day(value: str) -> str:
    """Return the text of a date, time or both in ISO 8601."""
    try:
        if ":" in value and "T" not in value:
            return to_text(time.fromisoformat(value))
        found = datetime.fromisoformat(value)
        if found.tzinfo:
            found = found.astimezone(UTC).replace(tzinfo=None)
        return to_text(whole_day(found))
    except (ValueError, OverflowError) as error:  # In UTC, the year may be 0 or 10000.
        raise ValueError("holds a date that is not ISO 8601") from error

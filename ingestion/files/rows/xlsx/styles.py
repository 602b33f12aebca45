"""Read which styles of a workbook show numbers as dates, times or durations."""

from typing import IO

from ingestion.files.rows.xlsx.dates import Kind, kind_of_builtin, kind_of_format
from ingestion.files.rows.xlsx.xml import parse_part
from ingestion.syntax.bounded_xml import IgnoringTarget


class _Styles(IgnoringTarget):
    """Collects the number formats of the cells' styles, in order."""

    def __init__(self) -> None:
        self.kinds: list[Kind] = []
        self._of_format: dict[int, Kind] = {}
        self._group = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs"):
            self._group = name
        number = int(attributes.get("numFmtId", 0))
        if name == "numFmt" and self._group == "numFmts":
            self._of_format[number] = kind_of_format(attributes.get("formatCode", ""))
        elif name == "xf" and self._group == "cellXfs":
            self.kinds.append(self._of_format.get(number) or kind_of_builtin(number))


def style_kinds(part: IO[bytes]) -> list[Kind]:
    """Return what each style of a cell shows, by the number that cells name."""
    found = _Styles()
    parse_part(part, found)
    return found.kinds

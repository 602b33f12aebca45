"""Read the rows of a sheet while it is parsed (ECMA-376 part 1, 18.3.1)."""

import re
from functools import lru_cache
from itertools import islice

from ingestion.errors import RefusedFile
from ingestion.files.rows.lines import MAX_KEPT_CHARACTERS, MAX_LINE_CHARACTERS
from ingestion.files.rows.row import MAX_CELL_CHARACTERS, Row, UnreadableRow
from ingestion.files.rows.xlsx.cell import NO_VALUE, CellReader
from ingestion.files.rows.xlsx.texts import Text

MAX_COLUMNS = 16_384  # The limit of XLSX: column XFD.
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+", re.ASCII)
_TEXT_TYPES = ("str", "inlineStr")


class Sheet:
    """Collects rows as lists of cells, as wide as the first row, without blank rows."""

    def __init__(self, reader: CellReader, max_rows: int) -> None:
        self.rows: list[Row] = []
        self._reader = reader
        self._max_rows = max_rows
        self._width = 0
        self._row = 0
        self._text = Text()
        self.text = self._text.add
        self._start_cells()

    def take(self) -> list[Row]:
        """Return the rows that were read since the last call."""
        rows, self.rows = self.rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        if name == "c":
            self._start_cell(attributes)
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._start_row(attributes)
        else:
            self._text.start(name, attributes)

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        else:
            self._text.end(name)

    def _start_row(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self._row + 1))
        if row <= self._row:
            raise RefusedFile("not_a_workbook", f"row {row} comes after row {self._row}")
        if row > self._max_rows:
            raise RefusedFile("too_large", f"a sheet has at most {self._max_rows} rows")
        self._row = row
        self._start_cells()

    def _start_cells(self) -> None:
        self._cells: dict[int, str] = {}
        self._column = 0
        self._fault = ""

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = _column_of_cell(reference) if reference else self._column + 1
        if self._column > MAX_COLUMNS:
            raise RefusedFile("too_large", f"a sheet has at most {MAX_COLUMNS} columns")
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self._has_formula = False
        self._text.clear()

    def _end_cell(self) -> None:
        value = self._text.value()
        has_value = self._text.has_runs and (value or self._type in _TEXT_TYPES)
        try:
            if self._has_formula and not has_value:
                raise ValueError(NO_VALUE)
            text = self._reader.text(self._type, value, self._style)
            if len(text) > MAX_CELL_CHARACTERS:
                raise ValueError(f"has more than {MAX_CELL_CHARACTERS} characters")
            if self._cells.setdefault(self._column, text) is not text:
                raise ValueError("occurs twice in its row")
        except ValueError as error:
            name = f"{_column_name(self._column)}{self._row}"
            self._fault = self._fault or f"cell {name} {error}"

    def _end_row(self) -> None:
        cells = self._cells
        if sum(map(len, cells.values())) > MAX_LINE_CHARACTERS:
            self._fault = f"must have at most {MAX_LINE_CHARACTERS} characters"
        if self._fault:
            text = "\t".join(islice(cells.values(), 100))[:MAX_KEPT_CHARACTERS]
            self.rows.append((self._row, UnreadableRow(self._fault, text)))
        elif any(map(str.strip, cells.values())):
            last = max(column for column, text in cells.items() if text)
            self._width = self._width or last
            width = max(last, self._width)
            row = [cells.get(column, "") for column in range(1, width + 1)]
            self.rows.append((self._row, row))


@lru_cache(maxsize=MAX_COLUMNS)
def _column_number(name: str) -> int:
    number = 0
    for digit in name:
        number = number * 26 + ord(digit) - ord("A") + 1
    return number


def _column_of_cell(reference: str) -> int:
    """Return the column of a reference such as AB12, from 1."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise RefusedFile("not_a_workbook", "a cell reference must be like AB12")
    return _column_number(found[1])


def _column_name(column: int) -> str:
    name = ""
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(ord("A") + digit) + name
    return name

"""Read the rows of a sheet while it is parsed (ECMA-376 part 1, 18.3.1)."""

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from ingestion.errors import RefusedFile
from ingestion.files.archive import unpacked_too_large
from ingestion.files.rows.lines import MAX_KEPT_CHARACTERS, MAX_LINE_CHARACTERS
from ingestion.files.rows.row import MAX_CELL_CHARACTERS, Row, UnreadableRow
from ingestion.files.rows.xlsx.cell import NO_VALUE, CellReader
from ingestion.files.rows.xlsx.texts import Text

MAX_COLUMNS = 16_384  # The limit of XLSX: column XFD.
MAX_RANGES = 100  # Of formulas that fill several rows, in one row.
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+", re.ASCII)
_RANGE = re.compile(r"([A-Z]{1,3})[0-9]+:([A-Z]{1,3})([0-9]+)", re.ASCII)
_FILLS_RANGE = ("array", "dataTable")
_TEXT_TYPES = ("str", "inlineStr")


class _FormulaRange(NamedTuple):
    """The columns, and the last row, that one formula fills. Only its first cell names it."""

    columns: range
    last_row: int


class Sheet:
    """Collects rows as lists of cells, as wide as the first row, without blank rows.

    `max_characters` bounds the text of all cells: many may refer to the same long text.
    """

    def __init__(self, reader: CellReader, max_rows: int, max_characters: int) -> None:
        self.rows: list[Row] = []
        self._reader = reader
        self._max_rows = max_rows
        self._max_characters = self._characters_left = max_characters
        self._width = 0
        self._row = 0
        self._ranges: list[_FormulaRange] = []
        self._text = Text()
        self.text = self._text.add
        self._start_cells()

    def take_rows(self) -> list[Row]:
        """Return the rows that were read since the last call."""
        rows, self.rows = self.rows, []
        return rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        if name == "c":
            self._start_cell(attributes)
        elif name == "f":
            self._has_formula = True
            self._start_formula(attributes)
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
        self._ranges = [found for found in self._ranges if found.last_row >= row]
        self._start_cells()

    def _start_formula(self, attributes: dict[str, str]) -> None:
        found = _RANGE.fullmatch(attributes.get("ref", ""))
        if found and attributes.get("t") in _FILLS_RANGE:
            columns = range(_column_number(found[1]), _column_number(found[2]) + 1)
            self._ranges.append(_FormulaRange(columns, int(found[3])))
            if len(self._ranges) > MAX_RANGES:
                raise RefusedFile("too_large", f"a row has at most {MAX_RANGES} array formulas")

    def _start_cells(self) -> None:
        self._cells: dict[int, str] = {}
        self._with_value: set[int] = set()
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
            if has_value:
                self._with_value.add(self._column)
            text = self._reader.text(self._type, value, self._style)
            if len(text) > MAX_CELL_CHARACTERS:
                raise ValueError(f"has more than {MAX_CELL_CHARACTERS} characters")
            if self._cells.setdefault(self._column, text) is not text:
                raise ValueError("occurs twice in its row")
        except ValueError as error:
            self._find_fault(self._column, str(error))

    def _find_fault(self, column: int, what: str) -> None:
        """Keep the first fault of the row."""
        self._fault = self._fault or f"cell {_column_name(column)}{self._row} {what}"

    def _check_ranges(self) -> None:
        """Find a cell whose formula is in another cell and which has no stored value."""
        for columns, _ in self._ranges:
            known = columns[: max(0, self._width - columns.start + 1)]
            for column in known:
                if column not in self._with_value:
                    self._find_fault(column, NO_VALUE)
                    break

    def _end_row(self) -> None:
        cells = self._cells
        self._check_ranges()
        characters = sum(map(len, cells.values()))
        self._characters_left -= characters
        if self._characters_left < 0:
            raise unpacked_too_large(self._max_characters)
        if characters > MAX_LINE_CHARACTERS:
            self._fault = f"must have at most {MAX_LINE_CHARACTERS} characters"
        if self._fault:
            self._add_unreadable(self._fault)
        elif any(map(str.strip, cells.values())):
            self._add_row(max(column for column, text in cells.items() if text))

    def _add_row(self, last: int) -> None:
        """Add the row, whose last cell with text is in this column."""
        self._width = self._width or last
        if last > self._width:
            self._add_unreadable(f"has {last} cells: must have {self._width}, like the header")
            return
        row = [self._cells.get(column, "") for column in range(1, self._width + 1)]
        self.rows.append((self._row, row))

    def _add_unreadable(self, reason: str) -> None:
        text = "\t".join(islice(self._cells.values(), 100))[:MAX_KEPT_CHARACTERS]
        self.rows.append((self._row, UnreadableRow(reason, text)))


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

"""Reads the events of a file to send, each with its place in the file."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO, Literal, NamedTuple

from ingestion.errors import IngestionError
from ingestion.files.rows.document import holds_lines
from ingestion.syntax import exact_json
from ingestion.syntax.exact_json import UnreadableItem

Unit = Literal["line", "event"]  # What counts places: lines of JSON Lines, or events of an array.

_STARTS_OF_JSON = (b"{", b"[")
_DELIMITERS = (b",", b";", b"\t", b"|")


class HoldsTable(IngestionError):
    """The file holds a table instead of JSON."""


class UnsentEvent(NamedTuple):
    """An event to send, and its line or its place in the array, counted from 1."""

    line: int
    content: Any
    unit: Unit = "line"
    is_row: bool = False  # Its content was a row, without the name of an entity.


@dataclass(frozen=True)
class RejectedLine:
    """Why the event of a line, or at a place in the array, was rejected."""

    line: int
    reason: str
    field: str
    message: str
    unit: Unit = "line"

    @property
    def text(self) -> str:
        """Return the reason, the field and the message."""
        place = f"{self.field}: " if self.field else ""
        return f"{self.reason}: {place}{self.message}"

    def __str__(self) -> str:
        return f"{self.unit} {self.line}: {self.text}"


def read_events(stream: BinaryIO, *, lines: bool) -> Iterator[UnsentEvent | RejectedLine]:
    """Yield the events of JSON Lines, or of one JSON document: an event or an array.

    A text that is not one document may be JSON Lines too, as in an uploaded file. Yields a
    RejectedLine for what is not JSON. Raises HoldsTable for a text that looks like CSV.
    """
    if not lines:
        text = stream.read()
        try:
            document = exact_json.read_by_item(text)
        except ValueError as error:
            if text.strip() and not holds_lines(text.decode(errors="replace")):
                _refuse_table(text.lstrip().partition(b"\n")[0])
                is_other = not text.lstrip().startswith(_STARTS_OF_JSON)
                advice = "; post XML and forms with curl" if is_other else ""
                yield RejectedLine(1, "not_json", "", f"not JSON: {error}{advice}")
                return
            stream = BytesIO(text)
        else:
            items = document if isinstance(document, list) else [document]
            yield from (_unsent(place, item) for place, item in enumerate(items, 1))
            return
    is_first = True
    for number, line in enumerate(stream, 1):
        if content := line.removeprefix(BOM_UTF8).strip():
            yield _parse_line(number, content, is_first=is_first)
            is_first = False


def _refuse_table(line: bytes) -> None:
    """Raise HoldsTable if the first line of a text that is not JSON looks like a header."""
    line = line.removeprefix(BOM_UTF8)
    if not line.startswith(_STARTS_OF_JSON) and any(sign in line for sign in _DELIMITERS):
        raise HoldsTable("holds a table")


def _unsent(place: int, item: Any) -> UnsentEvent | RejectedLine:
    if isinstance(item, UnreadableItem):
        return RejectedLine(place, "not_json", "", item.message, "event")
    return UnsentEvent(place, item, "event")


def _parse_line(number: int, line: bytes, *, is_first: bool) -> UnsentEvent | RejectedLine:
    try:
        content = exact_json.read(line)
    except ValueError as error:
        if is_first:
            _refuse_table(line)
        return RejectedLine(number, "not_json", "", str(error))
    if isinstance(content, list):
        return RejectedLine(number, "not_an_event", "", "an array: name the file .json, not .jsonl")
    return UnsentEvent(number, content)

"""What the mappers of all formats share: the ids of rows, and how a row is read."""

import re
from collections.abc import Callable
from typing import Any

from ingestion.errors import FieldError, RejectedRecord
from ingestion.files.upload import Upload
from ingestion.syntax import exact_json

MAX_LINE_VALUES = 50_000  # Fields and array items of a JSON Lines row, at all levels.
# An event of rules has numbers after that of the line.
_ROW_ID = re.compile(r"[-0-9T:.]{26}Z-[^-]{32,}-([0-9a-f]{32})-[0-9]{10}(-.*)?")


class RowIds:
    """Makes the ids of an upload's rows. A later line or a later upload has a larger id."""

    def __init__(self, upload: Upload) -> None:
        # The sequencers of a key are compared with zeros after the shorter one, those of two keys
        # not at all: https://repost.aws/knowledge-center/s3-duplicate-sqs-messages
        self._prefix = f"{upload.uploaded_at}-{upload.sequencer:0<32}-{upload.keys.upload_id}"

    def row_id(self, line: int) -> str:
        """Return the id of the row that begins in this line."""
        return f"{self._prefix}-{line:010}"


def upload_id_of(event_id: str) -> str | None:
    """Return the id of the upload whose row made an event. None if the id is a sender's own."""
    found = _ROW_ID.fullmatch(event_id)
    return found[1] if found else None


class Cells:
    """Checks the cells of a table's rows against its header."""

    def __init__(self, header: list[str]) -> None:
        self._count = len(header)
        self._nameless = [index for index, column in enumerate(header) if not column]

    def check_row(self, cells: list[str]) -> None:
        """Raise RejectedRecord if the row has another number of cells, or a value without name."""
        if len(cells) != self._count:
            raise unreadable_row(
                f"has {len(cells)} cells: must have {self._count}, like the header"
            )
        if any(cells[index] for index in self._nameless):
            raise unreadable_row("has a value in a column without a name")


def read_cells(header: list[str]) -> Callable[[list[str]], dict[str, str | None]]:
    """Return a function that returns the cells of a row by column. An empty cell is None.

    The function raises RejectedRecord as `Cells.check_row` does.
    """
    check_row = Cells(header).check_row

    def read(cells: list[str]) -> dict[str, str | None]:
        check_row(cells)
        named = zip(header, cells, strict=True)
        return {column: cell or None for column, cell in named if column}

    return read


def check_line(text: str) -> None:
    """Raise RejectedRecord if a line of JSON Lines has over MAX_LINE_VALUES values."""
    is_long = len(text) > MAX_LINE_VALUES  # Each value takes a character.
    if is_long and exact_json.has_more_values(MAX_LINE_VALUES, text.encode()):
        raise unreadable_row(f"must have at most {MAX_LINE_VALUES} fields and array items")


def parse_line(text: str) -> Any:
    """Return the content of a line that `check_line` accepts. Raises RejectedRecord."""
    try:
        return exact_json.read(text)
    except ValueError as error:
        raise unreadable_row(f"is not JSON: {error}") from error


def read_line(text: str) -> Any:
    """Return the content of a line of JSON Lines. Raises RejectedRecord."""
    check_line(text)
    return parse_line(text)


def unreadable_row(message: str) -> RejectedRecord:
    """Return the rejection of a row that holds no entity and no event."""
    return RejectedRecord("unreadable_row", FieldError("", message))

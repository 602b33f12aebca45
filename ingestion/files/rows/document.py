"""Read the items of one JSON document, which is kept in memory."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import BinaryIO

from ingestion import exact_json
from ingestion.errors import RefusedFile
from ingestion.exact_json import UnreadableItem
from ingestion.files.rows.lines import (
    MARK_WRONG_BYTES,
    MAX_KEPT_CHARACTERS,
    NOT_OF_ENCODING,
    WRONG_BYTES,
)
from ingestion.files.rows.row import Row, UnreadableRow

MAX_JSON_BYTES = 32 * 1024 * 1024


def read_document(file: BinaryIO, encoding: str) -> Iterator[Row]:
    """Yield the items of a JSON array, or the one item. Their positions stand for lines.

    Raises RefusedFile if the file is not JSON or too large to keep in memory, and UnicodeError if
    it is not of the encoding.
    """
    content = file.read(MAX_JSON_BYTES + 1)
    if len(content) > MAX_JSON_BYTES:
        raise RefusedFile(
            "too_large", f"a JSON document has at most {MAX_JSON_BYTES} bytes: send JSON Lines"
        )
    text = getincrementaldecoder(encoding)(MARK_WRONG_BYTES).decode(content, final=True)
    try:
        document = exact_json.read_by_item(text)
    except ValueError as error:
        raise RefusedFile("not_json", f"not JSON: {error}") from error
    items = document if isinstance(document, list) else [document]
    for number, item in enumerate(items, start=1):
        is_readable = not isinstance(item, UnreadableItem)
        yield number, item if is_readable else _unreadable(item)


def _unreadable(item: UnreadableItem) -> UnreadableRow:
    message = NOT_OF_ENCODING if WRONG_BYTES in item.text else f"is not JSON: {item.message}"
    return UnreadableRow(message, item.text[:MAX_KEPT_CHARACTERS])

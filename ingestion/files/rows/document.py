"""Read the items of one JSON document, which is kept in memory. It may be JSON Lines after all."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from io import StringIO
from typing import BinaryIO

from ingestion.errors import RefusedFile
from ingestion.files.rows.lines import (
    MARK_WRONG_BYTES,
    MAX_KEPT_CHARACTERS,
    NOT_OF_ENCODING,
    WRONG_BYTES,
    read_lines,
)
from ingestion.files.rows.row import Row, UnreadableRow
from ingestion.syntax import exact_json
from ingestion.syntax.exact_json import UnreadableItem

MAX_JSON_BYTES = 32 * 1024 * 1024
# Fields and array items of a document. Each may take 200 bytes of memory.
MAX_DOCUMENT_VALUES = 2_000_000


def read_json_document(file: BinaryIO, encoding: str) -> Iterator[Row]:
    """Yield the items of a JSON array, or the one item. Their positions stand for lines.

    Yields the items of JSON Lines too, which many programs write to files named `.json`. Raises
    RefusedFile if the file is neither, or too large to keep in memory, and UnicodeError if it is
    not of the encoding.
    """
    content = file.read(MAX_JSON_BYTES + 1)
    if len(content) > MAX_JSON_BYTES:
        raise RefusedFile(
            "too_large",
            f"a .json file has at most {MAX_JSON_BYTES} bytes: send JSON Lines as .jsonl",
        )
    text = getincrementaldecoder(encoding)(MARK_WRONG_BYTES).decode(content, final=True)
    del content
    if exact_json.has_more_values(MAX_DOCUMENT_VALUES, text.encode(errors="surrogateescape")):
        raise RefusedFile(
            "too_large",
            f"a .json file has at most {MAX_DOCUMENT_VALUES} fields and array items:"
            " send JSON Lines as .jsonl",
        )
    try:
        document = exact_json.read_by_item(text)
    except ValueError as error:
        if not holds_lines(text):
            raise RefusedFile("not_json", f"not JSON: {error}") from error
        yield from _lines(text)
        return
    items = document if isinstance(document, list) else [document]
    for number, item in enumerate(items, start=1):
        is_readable = not isinstance(item, UnreadableItem)
        yield number, item if is_readable else _unreadable(item)


def holds_lines(text: str) -> bool:
    """Return whether a text that is not one JSON document is JSON Lines, by its first line.

    The line of an object that continues in the next line ends with a bracket, a comma or a colon.
    """
    first = text.removeprefix("\ufeff").lstrip().partition("\n")[0].rstrip()
    return first.startswith("{") and not first.endswith(("{", "[", ",", ":"))


def _lines(text: str) -> Iterator[Row]:
    """Yield the item of each line, or why it is not JSON."""
    for line, found in read_lines(StringIO(text, newline="")):
        if isinstance(found, UnreadableRow):
            yield line, found
            continue
        try:
            yield line, exact_json.read(found)
        except ValueError as error:
            yield line, _unreadable(UnreadableItem(str(error), found))


def _unreadable(item: UnreadableItem) -> UnreadableRow:
    message = NOT_OF_ENCODING if WRONG_BYTES in item.text else f"is not JSON: {item.message}"
    return UnreadableRow(message, item.text[:MAX_KEPT_CHARACTERS])

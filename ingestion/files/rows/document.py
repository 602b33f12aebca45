"""Read the items of one JSON document, which is kept in memory."""

from collections.abc import Iterator
from typing import BinaryIO

from pydantic_core import from_json

from ingestion.errors import RefusedFile
from ingestion.files.rows.row import Row

MAX_JSON_BYTES = 32 * 1024 * 1024


def read_document(file: BinaryIO, encoding: str) -> Iterator[Row]:
    """Yield the items of a JSON array, or the one item. Their positions stand for lines.

    Raises RefusedFile if the file is not JSON or too large to keep in memory.
    """
    content = file.read(MAX_JSON_BYTES + 1)
    if len(content) > MAX_JSON_BYTES:
        raise RefusedFile(
            "too_large", f"a JSON document has at most {MAX_JSON_BYTES} bytes: send JSON Lines"
        )
    try:
        document = from_json(content.decode(encoding), allow_inf_nan=False)
    except ValueError as error:
        raise RefusedFile("not_json", f"not JSON: {error}") from error
    items = document if isinstance(document, list) else [document]
    yield from enumerate(items, start=1)

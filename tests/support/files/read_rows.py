"""Texts to read rows from, and what a reader found."""

from collections.abc import Iterable
from io import BytesIO, TextIOWrapper

from ingestion.files.rows.lines import MARK_WRONG_BYTES
from ingestion.files.rows.row import Row, UnreadableRow


def text(content: str | bytes, encoding: str = "utf-8-sig") -> TextIOWrapper:
    file = BytesIO(content.encode() if isinstance(content, str) else content)
    return TextIOWrapper(file, encoding=encoding, errors=MARK_WRONG_BYTES, newline="")


def sound(found: Iterable[Row]) -> list[Row]:
    return [row for row in found if not isinstance(row[1], UnreadableRow)]


def unreadable(found: Iterable[Row]) -> dict[int, str]:
    return {line: content.message for line, content in found if isinstance(content, UnreadableRow)}

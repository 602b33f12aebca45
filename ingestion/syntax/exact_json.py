"""Read JSON with exact numbers, and find the items of an array that cannot be read."""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from decimal import InvalidOperation
from itertools import chain, islice
from typing import Any, NamedTuple

import jiter

# Outside a text, each field and item follows a comma, "[" or "{". A match skips everything up to
# the next of these and captures it. Possessive quantifiers read each byte once.
_MARKS = (b",", b"[", b"{")
_UP_TO_MARK = re.compile(rb'(?:[^",\[{]++|"(?:[^"\\]++|\\.)*+"?)*+([,\[{]?)', re.DOTALL)
_PLACE = re.compile(r"line (\d+) column (\d+)$")
_BLANK = re.compile(r"[ \t\n\r]*")
# Only finds where an item ends, so it converts no number. `read` parses the item.
_BOUNDARY_DECODER = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=lambda _: _no_constant()
)


class UnreadableItem(NamedTuple):
    """An item of an array that cannot be read: why, and its text."""

    message: str
    text: str


def read(content: bytes | str) -> Any:
    """Return a JSON document. A fraction is a `Decimal` with all its digits.

    Ignores one byte order mark, as RFC 8259, 8.1 allows. Refuses bad UTF-8, lone surrogates, over
    201 levels, whole numbers of over 4,300 digits, NaN and Infinity. Raises ValueError.
    """
    encoded = content.encode(errors="surrogateescape") if isinstance(content, str) else content
    try:
        return jiter.from_json(
            encoded.removeprefix(BOM_UTF8), allow_inf_nan=False, float_mode="decimal"
        )
    except ValueError as error:
        raise ValueError(_reason(error, encoded)) from error


def read_by_item(content: bytes | str, max_items: int | None = None) -> Any:
    """Return a JSON document. In an array, an item that cannot be read is an `UnreadableItem`.

    Splits an array only if `read` fails, and then reads at most `max_items`. Raises ValueError
    if the content is not JSON.
    """
    try:
        return read(content)
    except ValueError:
        text = content if isinstance(content, str) else content.decode(errors="surrogateescape")
        try:
            texts = islice(_item_texts(text.removeprefix("\ufeff")), max_items)
            return [_read_item(item) for item in texts]
        except (ValueError, RecursionError):
            pass
        raise


def has_more_values(limit: int, *contents: bytes) -> bool:
    """Return whether the JSON texts together have more than `limit` fields and array items.

    Does not parse the texts. Counts the fields of all objects and the items of all arrays. An empty
    object or array counts as one more. Takes linear time and little memory, whatever the texts are.
    """
    highest = sum(content.count(mark) for content in contents for mark in _MARKS)
    if highest <= limit:  # The characters within texts are counted here, too.
        return False
    matches = chain.from_iterable(map(_UP_TO_MARK.finditer, contents))
    found = (match for match in matches if match[1])
    return sum(1 for _ in islice(found, limit + 1)) > limit


def _read_item(text: str) -> Any:
    try:
        return read(text)
    except ValueError as error:
        return UnreadableItem(str(error), text)


def _item_texts(text: str) -> Iterator[str]:
    """Yield the text of each item of an array. Raises ValueError if it is no array."""
    start = _after_blank(text, 0)
    if text[start : start + 1] != "[":
        raise ValueError("no array")
    delimiter, end = ",", start + 1
    while delimiter == ",":
        start = _after_blank(text, end)
        _, end = _BOUNDARY_DECODER.raw_decode(text, start)
        yield text[start:end]
        end = _after_blank(text, end)
        delimiter, end = text[end : end + 1], end + 1
    if delimiter != "]" or _after_blank(text, end) < len(text):
        raise ValueError("no array")


def _after_blank(text: str, start: int) -> int:
    found = _BLANK.match(text, start)
    return found.end() if found else start


def _no_constant() -> None:
    raise ValueError("NaN and Infinity are not JSON")


def _reason(error: ValueError, content: bytes) -> str:
    if InvalidOperation.__name__ in str(error):
        return "a number's exponent is out of range"
    try:
        content.decode()
    except UnicodeDecodeError as undecodable:
        return f"byte {undecodable.start} is not UTF-8"
    return f"{error}: NaN and Infinity are not JSON" if _is_at_nan(error, content) else str(error)


def _is_at_nan(error: ValueError, content: bytes) -> bool:
    place = _PLACE.search(str(error))
    if place is None:
        return False
    line, column = int(place[1]) - 1, int(place[2]) - 1
    lines = content.split(b"\n", line + 1)
    return line < len(lines) and lines[line].startswith((b"NaN", b"Infinity"), column)

"""Highlights: the parts of a text around the words of a query, as plain text."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingestion.search.query_language.syntax_tree import Words
from ingestion.search.schema import same_sigmas

MAX_HIGHLIGHTS = 3
_BEFORE, _AFTER = 60, 140  # Characters around the first match of a highlight.
_MAX_WORDS = 20  # Of a query.
# They would turn the text around them in a page or a terminal: Unicode, UAX #9.
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Fragment(NamedTuple):
    """A part of a highlight, without control characters. Pages must still escape it."""

    text: str
    match: bool


Span = tuple[int, int]


def highlights_of(text: str, query: Iterable[Words]) -> list[list[Fragment]]:
    """Return the first parts of a normalized text that match, or its beginning if none does."""
    words = [each for each in query if each.words][:_MAX_WORDS]
    windows: list[tuple[Span, list[Span]]] = []
    for start, stop in _spans(_lower(text), words) if words else ():
        if not windows or start >= windows[-1][0][1]:
            if len(windows) == MAX_HIGHLIGHTS:
                break
            windows.append((_window(text, start), []))
        (_, end), inside = windows[-1]
        if stop <= end:
            inside.append((start, stop))
    return [_parts(text, *window, inside) for window, inside in windows or [(_window(text, 0), [])]]


def _lower(text: str) -> str:
    """Return the text in lower case as queries are compared, with as many characters."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return same_sigmas(lower)


def _spans(lower: str, query: list[Words]) -> Iterator[Span]:
    """Yield where one of the queries matches, from the beginning of the text on."""
    patterns = []
    for each in query:
        end = "" if each.is_prefix else r"(?![^\W_])"
        patterns.append(r"[\W_]+".join(map(re.escape, each.words)) + end)
    for found in re.finditer(rf"(?<![^\W_])(?:{'|'.join(patterns)})", lower):
        yield found.span()


def _window(text: str, start: int) -> Span:
    """Return the characters around a place, from and to a blank where there is one."""
    first, end = max(start - _BEFORE, 0), min(start + _AFTER, len(text))
    if first:
        blank = text.find(" ", first, start)
        first = blank + 1 if blank >= 0 else first
    if end < len(text):
        blank = text.rfind(" ", start, end)
        end = blank if blank > start else end
    return first, end


def _parts(text: str, first: int, end: int, spans: Iterable[Span]) -> list[Fragment]:
    parts, place = [], first
    for start, stop in spans:
        parts += [
            Fragment(_inert(text[place:start]), False),
            Fragment(_inert(text[start:stop]), True),
        ]
        place = stop
    parts.append(Fragment(_inert(text[place:end]), False))
    return [part for part in parts if part.text]


def _inert(text: str) -> str:
    """Return the text without characters that control a terminal or the direction of writing."""
    text = text.translate(_BIDI)
    return "".join(char if char.isprintable() else " " for char in text)

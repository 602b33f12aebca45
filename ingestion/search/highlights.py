"""Highlights: the parts of a text around the words of a query, as plain text."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ingestion.search.syntax_tree import Words

MAX_HIGHLIGHTS = 3
_BEFORE, _AFTER = 60, 140  # Characters around the first match of a highlight.
# A long text or a hostile query costs no more than these allow.
_MAX_CHARACTERS, _MAX_WORDS, _MAX_TRIES = 1_000_000, 20, 200
# They would turn the text around them in a page or a terminal: Unicode, UAX #9.
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Part(NamedTuple):
    """A part of a highlight. It holds no control characters; pages must still escape it."""

    text: str
    match: bool


Span = tuple[int, int]


def highlights_of(text: str, query: Iterable[Words]) -> list[list[Part]]:
    """Return the first parts of a normalized text that match, or its beginning if none does."""
    text = text[:_MAX_CHARACTERS]
    lower = _lower(text)
    words = [each for each in query if each.words][:_MAX_WORDS]
    spans = sorted({span for each in words for span in _spans(lower, each)})
    made: list[list[Part]] = []
    end = 0
    for start, _ in spans:
        if start >= end and len(made) < MAX_HIGHLIGHTS:
            first, end = _window(text, start)
            inside = [span for span in spans if span[0] >= start and span[1] <= end]
            made.append(_parts(text, max(first, 0), end, inside))
    return made or [_parts(text, *_window(text, 0), [])]


def _lower(text: str) -> str:
    """Return the text in lower case, with as many characters."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _spans(lower: str, words: Words) -> Iterator[Span]:
    """Yield where the words follow each other, for the first occurrences of the first word."""
    end = "" if words.is_prefix else r"(?![^\W_])"
    pattern = re.compile(r"[\W_]+".join(map(re.escape, words.words)) + end)
    place = -1
    for _ in range(_MAX_TRIES):
        place = lower.find(words.words[0], place + 1)
        if place < 0:
            return
        if (place == 0 or not lower[place - 1].isalnum()) and (
            found := pattern.match(lower, place)
        ):
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


def _parts(text: str, first: int, end: int, spans: Iterable[Span]) -> list[Part]:
    parts, place = [], first
    for start, stop in spans:
        if start < place:
            continue  # Two queries may match the same word.
        parts += [Part(_inert(text[place:start]), False), Part(_inert(text[start:stop]), True)]
        place = stop
    parts.append(Part(_inert(text[place:end]), False))
    return [part for part in parts if part.text]


def _inert(text: str) -> str:
    """Return the text without characters that control a terminal or the direction of writing."""
    text = text.translate(_BIDI)
    return "".join(char if char.isprintable() else " " for char in text)

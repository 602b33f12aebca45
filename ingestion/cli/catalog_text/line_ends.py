"""Gives the lines of an edited text the ends that they had before."""

import re
from collections import Counter
from difflib import SequenceMatcher

_END = re.compile("\r\n|\n|\r")  # As YAML and browsers end a line.


def with_lf(text: str) -> str:
    """Return a text whose lines all end with LF."""
    return _END.sub("\n", text)


def count_ends(text: str) -> int:
    """Return how many lines of a text have an end."""
    return len(_END.findall(text))


def ends_a_line(text: str) -> bool:
    """Return whether a text ends with the end of a line."""
    return text.endswith(("\n", "\r"))


def most_common_end(text: str) -> str:
    """Return the end of most lines of a text: LF, CRLF or CR."""
    counts = Counter(_END.findall(text))
    return max("\n", "\r\n", "\r", key=lambda end: counts[end])


def with_ends_of(before: str, edited: str, end: str) -> str:
    """Return an edited text with the ends of lines of the text before, and this end for others.

    A browser sends all ends of lines as CRLF.
    """
    lines = _END.split(edited)
    earlier_ends = _END.findall(before)
    if set(earlier_ends) <= {end}:
        return end.join(lines)
    ends = [end] * len(lines)
    earlier = _END.split(before)[:-1]  # The last line has no end.
    matcher = SequenceMatcher(None, earlier, lines, autojunk=False)
    for old, new, size in matcher.get_matching_blocks():
        ends[new : new + size] = earlier_ends[old : old + size]
    ends[-1] = ""
    return "".join(line + ended for line, ended in zip(lines, ends, strict=True))

"""Gives the lines of an edited text the ends that they had before."""

from difflib import SequenceMatcher


def most_common_end(text: str) -> str:
    """Return the end of most lines of a text: LF or CRLF."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def with_ends_of(before: str, edited: str, end: str) -> str:
    """Return an edited text with the ends of lines of the text before, and this end for others.

    A browser sends all ends of lines as CRLF.
    """
    lines = edited.replace("\r\n", "\n").split("\n")
    if before.count("\r\n") == (before.count("\n") if end == "\r\n" else 0):
        return end.join(lines)  # All lines end alike.
    carriage = end.removesuffix("\n")
    ended = [f"{line}{carriage}" for line in lines]
    earlier = before.split("\n")
    bare = [line.removesuffix("\r") for line in earlier[:-1]]  # The last line has no end.
    for old, new, size in SequenceMatcher(None, bare, lines, autojunk=False).get_matching_blocks():
        ended[new : new + size] = earlier[old : old + size]
    return "\n".join([*ended[:-1], lines[-1]])

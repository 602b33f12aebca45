"""Says which names exist, and suggests the one that a person meant who wrote an unknown one."""

from collections.abc import Iterable

from ingestion.errors import closest_name


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean "x"?` with the known name that is closest to the word, or nothing.

    Case does not count: `contract` suggests `CONTRACT`.
    """
    close = closest_name(word, known)
    return f'; did you mean "{close}"?' if close else ""


def unknown_name(noun: str, name: str, known: Iterable[str]) -> str:
    """Return that there is no such thing, which names there are, and the closest of them."""
    names = list(known)
    there = f"there are {', '.join(names)}" if names else "there are none"
    return f"no {noun} {name!r}: {there}{did_you_mean(name, names)}"

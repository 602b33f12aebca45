"""Says which names exist."""

from collections.abc import Iterable

from entities.faults import did_you_mean


def unknown_name(noun: str, name: str, known: Iterable[str]) -> str:
    """Return that there is no such thing, which names there are, and the closest of them."""
    names = list(known)
    there = f"there are {', '.join(names)}" if names else "there are none"
    return f"no {noun} {name!r}: {there}{did_you_mean(name, names)}"

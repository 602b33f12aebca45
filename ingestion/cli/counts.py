"""Counts with their noun, for sentences."""


def count_of(count: int, noun: str) -> str:
    """Return a count with its noun: `1 message`, `61,868 messages`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

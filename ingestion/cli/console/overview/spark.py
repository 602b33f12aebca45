"""Draws counts by minute as a small line."""

from collections.abc import Sequence
from typing import NamedTuple

from ingestion.cli.counts import count_of

WIDTH, HEIGHT = 120, 28
_MINUTES = 2  # One point is the sum of two minutes: a cell has no room for 60 points.


class Spark(NamedTuple):
    """The points of an SVG line, the text that says the same, and the sum of the counts.

    `width` and `height` are those of the area in which the points are.
    """

    points: str
    text: str
    total: int
    width: int = WIDTH
    height: int = HEIGHT


def draw_line(counts: Sequence[int], what: str, top: int = 0) -> Spark:
    """Return the line of the counts of each minute.

    `top` is a count at the upper edge, so that lines with the same `top` can be compared.
    """
    sums = [sum(counts[n : n + _MINUTES]) for n in range(0, len(counts), _MINUTES)]
    highest, step = max(1, top, *sums), WIDTH / (len(sums) - 1)
    points = (
        f"{n * step:.1f},{HEIGHT - 1 - (HEIGHT - 2) * value / highest:.1f}"
        for n, value in enumerate(sums)
    )
    return Spark(" ".join(points), _text(counts, what), sum(counts))


def highest_of(*trends: Sequence[int]) -> int:
    """Return the highest point that a line of these counts would have."""
    return max(
        sum(each[n : n + _MINUTES]) for each in trends for n in range(0, len(each), _MINUTES)
    )


def _text(counts: Sequence[int], what: str) -> str:
    if not any(counts):
        return f"none {what} in the last hour"
    ago = next(n for n, count in enumerate(reversed(counts)) if count)
    last = "in the last minute" if not ago else f"{count_of(ago, 'minute')} ago"
    return (
        f"{sum(counts):,} {what} in the last hour, at most {max(counts):,} in a minute,"
        f" the last {last}"
    )

"""The line of an hour has a point for two minutes, and says in a text what it shows."""

import pytest

from ingestion.cli.console.overview.spark import HEIGHT, WIDTH, draw_line, highest_of

HOUR = [0] * 60


def last_minutes(*counts: int) -> list[int]:
    return [*HOUR[: -len(counts)], *counts]


def heights(points: str) -> list[float]:
    return [float(point.partition(",")[2]) for point in points.split()]


def test_the_line_spans_the_width_and_its_highest_point_is_at_the_upper_edge() -> None:
    spark = draw_line(last_minutes(4, 6, 0, 5), "stored")

    first, *_, last = spark.points.split()
    assert (first, last) == (f"0.0,{HEIGHT - 1}.0", f"{WIDTH}.0,14.0")
    assert min(heights(spark.points)) == 1.0
    assert len(heights(spark.points)) == 30
    assert spark.total == 15


def test_lines_with_the_same_top_can_be_compared() -> None:
    many, few = last_minutes(8, 0), last_minutes(4, 0)
    top = highest_of(many, few)

    drawn = [heights(draw_line(counts, "stored", top).points)[-1] for counts in (many, few)]

    assert drawn == [1.0, 14.0]


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (HOUR, "none accepted in the last hour"),
        (
            last_minutes(1500, 0, 0),
            "1,500 accepted in the last hour, at most 1,500 in a minute, the last 2 minutes ago",
        ),
        (
            last_minutes(2, 1, 0),
            "3 accepted in the last hour, at most 2 in a minute, the last 1 minute ago",
        ),
        (
            last_minutes(1, 2),
            "3 accepted in the last hour, at most 2 in a minute, the last in the last minute",
        ),
    ],
    ids=["none", "many", "a minute", "now"],
)
def test_the_text_says_how_many_and_when(counts: list[int], text: str) -> None:
    assert draw_line(counts, "accepted").text == text

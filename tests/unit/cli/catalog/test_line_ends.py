"""An edited text keeps the ends of the lines that stay."""

import pytest

from ingestion.cli.catalog_text.line_ends import most_common_end, with_ends_of


@pytest.mark.parametrize(
    ("before", "edited", "end", "after"),
    [
        ("a\nb\r\nc\n", "a\r\nb\r\nX\r\n", "\n", "a\nb\r\nX\n"),
        ("a\r\nb\r\n", "a\r\nX\r\nb\r\n", "\n", "a\r\nX\nb\r\n"),
        ("a\nb\r\nc", "a\r\nb\r\nc\r\nd", "\r\n", "a\nb\r\nc\r\nd"),
        ("a\nb\r\n", "a\r\nb", "\n", "a\nb"),
        ("a\nb\r\n", "", "\n", ""),
        ("a\r\nb\r\n", "b\r\nX", "\r\n", "b\r\nX"),
        ("a\rb\r", "a\r\nX\r\nb\r\n", "\r", "a\rX\rb\r"),
        ("a\rb\nc\r\n", "a\r\nb\r\nc\r\nX\r\n", "\n", "a\rb\nc\r\nX\n"),
        ("a\r\rb\n", "a\r\n\r\nX\r\n", "\r", "a\r\rX\r"),
    ],
)
def test_lines_that_stay_keep_their_ends(before: str, edited: str, end: str, after: str) -> None:
    assert with_ends_of(before, edited, end) == after


@pytest.mark.parametrize(
    ("text", "end"),
    [("a\nb\n\r\n", "\n"), ("a\r\nb\r\n\n", "\r\n"), ("a\rb\r\r\n", "\r"), ("", "\n")],
)
def test_a_new_line_ends_as_most_do(text: str, end: str) -> None:
    assert most_common_end(text) == end

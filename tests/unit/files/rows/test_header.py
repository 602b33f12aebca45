import pytest

from ingestion.errors import RefusedFile
from ingestion.files.rows.header import split_header
from ingestion.files.rows.row import Row, UnreadableRow


def under(*rows: Row) -> tuple[list[str], list[Row]]:
    header, below = split_header(iter(rows))
    return header, list(below)


def test_the_header_has_no_blanks_and_no_byte_order_mark_at_its_ends() -> None:
    assert under((1, ["\ufeffid", " name "]), (2, ["1", " a "])) == (
        ["id", "name"],
        [(2, ["1", " a "])],
    )


@pytest.mark.parametrize(
    "again",
    [["id", "name"], [" id", "name "], ["\ufeffid", "name"]],
    ids=["same", "blanks", "byte order mark"],
)
def test_a_header_that_occurs_again_is_no_row(again: list[str]) -> None:
    _, rows = under((1, ["id", "name"]), (2, ["1", "a"]), (3, again), (4, ["2", "b"]))

    assert rows == [(2, ["1", "a"]), (4, ["2", "b"])]


@pytest.mark.parametrize(
    "cells", [["id", "Name"], ["name", "id"], ["id"], ["id", "name", ""], ["1", "name"]]
)
def test_a_row_that_differs_from_the_header_is_a_row(cells: list[str]) -> None:
    _, rows = under((1, ["id", "name"]), (2, cells))

    assert rows == [(2, cells)]


def test_an_unreadable_row_below_the_header_is_kept() -> None:
    unreadable = UnreadableRow("has bytes that are not of the encoding", "id,name")

    _, rows = under((1, ["id", "name"]), (2, unreadable))

    assert rows == [(2, unreadable)]


def test_a_table_with_an_unreadable_header_is_refused() -> None:
    with pytest.raises(RefusedFile, match="unreadable_header") as refused:
        under((1, UnreadableRow("must not contain NUL characters", "")))

    assert refused.value.detail == "the header must not contain NUL characters"


def test_a_table_without_a_row_is_refused() -> None:
    with pytest.raises(RefusedFile, match="empty"):
        under()


def test_a_header_may_have_1000_columns() -> None:
    columns = [str(number) for number in range(1_000)]

    assert under((1, columns), (2, columns[1:])) == (columns, [(2, columns[1:])])


def test_a_header_of_too_many_columns_is_refused() -> None:
    with pytest.raises(RefusedFile, match="too_large") as refused:
        under((1, [str(number) for number in range(1_001)]))

    assert refused.value.detail == "the header has 1001 columns: it may have at most 1000"

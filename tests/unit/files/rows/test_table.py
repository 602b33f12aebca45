import csv
import io
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.files.rows.lines import MAX_KEPT_CHARACTERS, MAX_LINE_CHARACTERS, read_lines
from ingestion.files.rows.row import MAX_CELL_CHARACTERS, Row
from ingestion.files.rows.table import read_table
from tests.support.files.read_rows import sound, text, unreadable

TEXT_AFTER_QUOTE = "has text after a closing quote: double each quote inside a quoted cell"


def table(content: str | bytes, delimiter: str = ",", most: int = MAX_LINE_CHARACTERS) -> list[Row]:
    return list(read_table(text(content), delimiter, most))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", []),
        ("a,b\n1,2", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("a\r\n\r\nb\r\n", [(1, ["a"]), (3, ["b"])]),
        ("a\rb\r", [(1, ["a"]), (2, ["b"])]),
        ("\ufeffa,b\n", [(1, ["a", "b"])]),
        ('"a\nb",c\nd,e\n', [(1, ["a\nb", "c"]), (3, ["d", "e"])]),
        ('"a\r\nb"\r\nc\r\n', [(1, ["a\r\nb"]), (3, ["c"])]),
        ('"a\rb"\rc\r', [(1, ["a\rb"]), (3, ["c"])]),
        ('"say ""hi""",\n', [(1, ['say "hi"', ""])]),
        ('a"b,"c"\n', [(1, ['a"b', "c"])]),
        ("=1+1,+2,-3,@x\n", [(1, ["=1+1", "+2", "-3", "@x"])]),
    ],
)
def test_each_row_is_numbered_by_its_first_line(content: str, expected: list[Row]) -> None:
    assert table(content) == expected


def test_another_delimiter_separates_cells() -> None:
    assert table("a;b,c\n", ";") == [(1, ["a", "b,c"])]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (
            'id\n1\n"2\n3\n4\n',
            3,
            "opens a quote in line 3 that is never closed: lines 3 to 5 are refused;"
            " close the quote",
        ),
        (
            'id\n"1\n2","3\n4',
            2,
            "opens a quote in line 3 that is never closed: lines 2 to 4 are refused;"
            " close the quote",
        ),
        ('id\n1\n"2', 3, "opens a quote in line 3 that is never closed: close the quote"),
        ('id\n1\n"2\n', 3, "opens a quote in line 3 that is never closed: close the quote"),
        ('id\n1\n"', 3, "opens a quote in line 3 that is never closed: close the quote"),
    ],
)
def test_a_quote_that_is_never_closed_makes_all_following_lines_one_rejected_row(
    content: str, line: int, message: str
) -> None:
    found = table(content)

    assert sound(found) == [
        (number, [row]) for number, row in [(1, "id"), (2, "1")] if number < line
    ]
    assert unreadable(found) == {line: message}


def test_a_row_with_an_open_quote_and_other_faults_is_rejected_for_the_quote() -> None:
    [(_, message)] = unreadable(table(b'"a\0\n\xff\n' + b"x" * MAX_CELL_CHARACTERS * 9)).items()

    assert "never closed" in message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('"1"x\n', TEXT_AFTER_QUOTE),
        ('"1"x,"2\n3"\n', f"{TEXT_AFTER_QUOTE} (lines 2 to 3)"),
        ('"1\n2"x,"3\n"\n', f"{TEXT_AFTER_QUOTE} (lines 2 to 4)"),
        ('"1" ,2\n', TEXT_AFTER_QUOTE),
    ],
)
def test_text_after_a_closing_quote_rejects_its_own_row_only(row: str, message: str) -> None:
    found = table(f"id\n{row}4\n")

    assert [cells for _, cells in sound(found)] == [["id"], ["4"]]
    assert unreadable(found) == {2: message}


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["a\0b"], "NUL"),
        (["a", '"b\nc\0\nd"'], "NUL"),
        (["caf\udce9"], "encoding"),
        (['"caf\udce9\n9,9,9"', "a"], "encoding"),
        (["x" * (MAX_CELL_CHARACTERS + 1)], "cell of more than 131072"),
        (['"' + "x\n9,9\n" * MAX_CELL_CHARACTERS + '"'], "cell of more than 131072"),
        ([f'"{"x" * (MAX_CELL_CHARACTERS + 1)}', '\n9,9"'], "cell of more than 131072"),
        (["x"] * (MAX_LINE_CHARACTERS // 2 + 1), "at most 1000000"),
        (["x"] * MAX_LINE_CHARACTERS * 2, "at most 1000000"),
        (["x"] * MAX_LINE_CHARACTERS + ['"\n9,9\n"'], "at most 1000000"),
        (['"a', *(["x"] * MAX_LINE_CHARACTERS), '"', '"b\n9,9\n"'], "at most 1000000"),
        ([f'"{"x" * 100_000}\n"'] * 11, "at most 1000000"),
    ],
    ids=[
        "NUL",
        "NUL in a quote",
        "bad byte",
        "bad byte in a quote",
        "long cell",
        "long cell of many lines",
        "long cell whose quote closes in the next line",
        "long line",
        "very long line",
        "long line that opens a quote after the cut",
        "long line that closes and opens a quote after the cut",
        "long row of several lines",
    ],
)
def test_a_bad_row_does_not_affect_the_other_rows(
    cells: list[str], message: str, delimiter: str, end: str
) -> None:
    row = delimiter.join(cells).replace("\n", end)
    content = f"1{end}{row}{end}\0{end}5{end}".encode("utf-8", "surrogateescape")

    found = table(content, delimiter)

    last = 2 + row.count(end)
    assert sound(found) == [(1, ["1"]), (last + 2, ["5"])]
    assert list(unreadable(found)) == [2, last + 1]  # The second bad row has its own rejection.
    assert message in unreadable(found)[2]
    assert (f"(lines 2 to {last})" in unreadable(found)[2]) == (last > 2)


def test_a_row_of_many_lines_has_the_length_limit_of_a_line() -> None:
    cells = ["x" * 100_000 + "\n"] * 9
    row = ",".join(f'"{cell}"' for cell in cells)
    longest = row + "," + "x" * (MAX_LINE_CHARACTERS - len(row) - 2) + "\n"
    too_long = longest.replace(",x", ",xx")

    accepted, rejected = table(longest), table(too_long)

    assert [len(cells) for _, cells in sound(accepted)] == [10]
    assert "at most" in unreadable(rejected)[1]


def test_the_beginning_of_an_unreadable_row_is_kept() -> None:
    [(_, short), (_, long)] = table('"1"x,"2\n3"\n"' + "y\n" * MAX_LINE_CHARACTERS)

    assert short.text == '"1"x,"2\n3"\n'
    assert long.text == '"' + ("y\n" * MAX_KEPT_CHARACTERS)[: MAX_KEPT_CHARACTERS - 1]


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=9)),
        max_size=9,
    )
)
def test_rows_written_as_csv_are_read_unchanged(written: list[list[str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(written)

    found = sound(table(b"\xef\xbb\xbf" + file.getvalue().encode()))

    assert [cells for _, cells in found] == [row for row in written if any(map(str.strip, row))]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error_and_each_row_is_reported_once_in_order(
    content: bytes,
) -> None:
    in_table = [line for line, _ in read_table(text(content), ",")]
    in_lines = [line for line, _ in read_lines(text(content))]

    assert in_table == sorted(set(in_table))
    assert in_lines == sorted(set(in_lines))


def rows_of_python(content: str, delimiter: str, most: int) -> Iterator[tuple[int, object]]:
    """Return the line and the cells of each row by Python's lenient reader.

    The cells are None if a strict reader refuses the row, or if the row is too long.
    """
    lines = list(text(content))
    reader = csv.reader(lines, delimiter=delimiter)
    first = 0
    for cells in reader:
        row = lines[first : reader.line_num]
        if not is_readable(row, delimiter, most):
            yield first + 1, None
        elif any(map(str.strip, cells)):
            yield first + 1, cells
        first = reader.line_num


def is_readable(row: list[str], delimiter: str, most: int) -> bool:
    with suppress(csv.Error):
        list(csv.reader(row, delimiter=delimiter, strict=True))
        return "\0" not in "".join(row) and sum(map(len, row)) <= most
    return False


@settings(max_examples=1_000)
@given(
    content=st.text(st.sampled_from('"",;\n\r\0a'), max_size=60),
    delimiter=st.sampled_from(",;"),
    most=st.sampled_from([MAX_LINE_CHARACTERS, 2, 3, 5, 10]),
)
def test_rows_begin_and_end_as_in_pythons_lenient_csv_reader(
    content: str, delimiter: str, most: int
) -> None:
    found = table(content, delimiter, most)

    rows = [(line, row if isinstance(row, list) else None) for line, row in found]
    assert rows == list(rows_of_python(content, delimiter, most))

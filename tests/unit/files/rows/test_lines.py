import pytest

from ingestion.files.rows.lines import MAX_KEPT_CHARACTERS, MAX_LINE_CHARACTERS, read_lines
from ingestion.files.rows.row import Row
from tests.support.files.read_rows import sound, text, unreadable


def lines(content: str | bytes, most: int = MAX_LINE_CHARACTERS) -> list[Row]:
    return list(read_lines(text(content), most))


def test_lines_are_read_whole_and_empty_lines_are_skipped() -> None:
    assert lines('{"a": 1}\n\n  \n[2]') == [(1, '{"a": 1}\n'), (4, "[2]")]


def test_a_quote_does_not_join_lines() -> None:
    assert lines('"a\n"b\n') == [(1, '"a\n'), (2, '"b\n')]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"\xff", "encoding"),
        (b"\0", "NUL"),
        (b"x" * (MAX_LINE_CHARACTERS + 1), "at most 1000000 characters"),
        (b"x" * MAX_LINE_CHARACTERS * 3 + b"\0", "at most 1000000 characters"),
    ],
    ids=["bad byte", "NUL", "long", "very long"],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_bad_line_does_not_affect_the_other_lines(line: bytes, end: bytes, message: str) -> None:
    found = lines(b"1" + end + line + end + b"3" + end)

    assert sound(found) == [(1, f"1{end.decode()}"), (3, f"3{end.decode()}")]
    assert message in unreadable(found)[2]


@pytest.mark.parametrize("end", ["", "\n", "\r", "\r\n"])
@pytest.mark.parametrize("width", range(8, 24))
def test_the_length_limit_of_a_line_includes_its_line_end(end: str, width: int) -> None:
    line = "x" * (width - len(end)) + end
    rest = [f"2{end}", f"3{end}"] if end else []

    found = lines(line + "".join(rest), most=10)

    whole = [line, *rest] if width <= 10 else rest
    assert [content for _, content in sound(found)] == whole
    assert [number for number, _ in found] == list(range(1, len(rest) + 2))


def test_the_beginning_of_a_too_long_line_is_kept() -> None:
    [(_, rejected)] = lines("x" * (MAX_LINE_CHARACTERS + 1))

    assert rejected.text == "x" * MAX_KEPT_CHARACTERS

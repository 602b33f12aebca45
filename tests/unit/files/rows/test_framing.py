from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingestion.files.rows.framing import Framing

DELIMITERS = st.sampled_from([",", ";", "|", "\t", "^", "]", "\\", "-", "x"])


def quote_state(text: str, delimiter: str) -> tuple[bool, int]:
    """Return whether a quote is open at the end, and the line that opened the last quote.

    This reference implementation takes one character at a time.
    """
    state, line, quote_line = "start", 1, 1
    for character in text:
        match state, character:
            case "start", '"':
                state, quote_line = "quoted", line
            case ("quoted", '"') | ("quote", '"'):
                state = "quote" if state == "quoted" else "quoted"
            case "quoted", _:
                pass
            case _:
                state = "start" if character == delimiter else "unquoted"
        line += character == "\n"
    return state == "quoted", quote_line


def one_row(text: str, delimiter: str) -> str:
    """Return the text up to the end of the first row."""
    for end, character in enumerate(text, start=1):
        if character == "\n" and not quote_state(text[:end], delimiter)[0]:
            return text[:end]
    return text


@given(
    text=st.text(st.sampled_from('",;|\t^]\\-x\na'), min_size=1, max_size=40),
    delimiter=DELIMITERS,
    cuts=st.sets(st.integers(1, 39)),
)
def test_the_end_of_a_row_does_not_depend_on_how_its_text_is_split(
    text: str, delimiter: str, cuts: set[int]
) -> None:
    row = one_row(text, delimiter)
    # A piece never goes beyond the end of a line.
    cuts |= {at + 1 for at, character in enumerate(row) if character == "\n"}
    bounds = [0, *sorted(at for at in cuts if at < len(row)), len(row)]
    framing = Framing(delimiter, first_line=1)

    complete = []
    for start, end in pairwise(bounds):
        framing.follow(row[start:end])
        complete.append(framing.is_complete)

    is_quoted, quote_line = quote_state(row, delimiter)
    assert complete == [False] * (len(complete) - 1) + [row.endswith("\n") and not is_quoted]
    assert framing.is_quoted == is_quoted
    assert framing.last_line == max(1, len(row.splitlines()))
    # If a pair of quotes is split, its second quote counts as the one that opened the cell.
    is_pair_split = any(row[at - 1 : at + 1] == '""' for at in bounds)
    assert framing.quote_line == quote_line or is_pair_split or not is_quoted


def test_lines_are_counted_from_the_first_line() -> None:
    framing = Framing(",", first_line=5)

    for line in ('a,"b\r\n', "c\r\n", 'd","e\r\n'):
        framing.follow(line)

    assert framing.last_line == 7
    assert framing.quote_line == 7
    assert framing.is_quoted


def test_a_row_is_complete_after_the_line_that_closes_its_quote() -> None:
    framing = Framing(",", first_line=5)

    for line in ('a,"b\r\n', "c\r\n", 'd","e\r\n', 'f"\r\n'):
        framing.follow(line)

    assert framing.last_line == 8
    assert framing.is_complete

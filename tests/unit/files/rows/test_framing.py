from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingestion.files.rows.framing import Framing

DELIMITERS = st.sampled_from([",", ";", "|", "\t", "^", "]", "\\", "-", "x"])


def places(text: str, delimiter: str) -> tuple[bool, int]:
    """Whether a quote is open at the end, and in which line it was opened: one step a character."""
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
    """The text up to where a row ends, by the steps above."""
    for end, character in enumerate(text, start=1):
        if character == "\n" and not places(text[:end], delimiter)[0]:
            return text[:end]
    return text


@given(
    text=st.text(st.sampled_from('",;|\t^]\\-x\na'), min_size=1, max_size=40),
    delimiter=DELIMITERS,
    cuts=st.sets(st.integers(1, 39)),
)
def test_a_row_ends_at_the_same_place_however_its_text_is_cut(
    text: str, delimiter: str, cuts: set[int]
) -> None:
    row = one_row(text, delimiter)
    cuts |= {at + 1 for at, character in enumerate(row) if character == "\n"}  # As lines are.
    bounds = [0, *sorted(at for at in cuts if at < len(row)), len(row)]
    framing = Framing(delimiter, first_line=1)

    complete = []
    for start, end in pairwise(bounds):
        framing.follow(row[start:end])
        complete.append(framing.is_complete)

    is_quoted, quote_line = places(row, delimiter)
    assert complete == [False] * (len(complete) - 1) + [row.endswith("\n") and not is_quoted]
    assert framing.is_quoted == is_quoted
    assert framing.last_line == max(1, len(row.splitlines()))
    # After a cut between two quotes, the second counts as the one that opens the cell.
    is_cut_in_a_pair = any(row[at - 1 : at + 1] == '""' for at in bounds)
    assert framing.quote_line == quote_line or is_cut_in_a_pair or not is_quoted


def test_lines_are_counted_from_the_first() -> None:
    framing = Framing(",", first_line=5)

    for line in ('a,"b\r\n', "c\r\n", 'd","e\r\n'):
        framing.follow(line)

    assert (framing.last_line, framing.quote_line, framing.is_quoted) == (7, 7, True)
    framing.follow('f"\r\n')
    assert (framing.last_line, framing.is_complete) == (8, True)

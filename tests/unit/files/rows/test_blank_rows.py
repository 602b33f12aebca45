import pytest

from ingestion.files.rows.table import read_table
from tests.support.files.read_rows import text


@pytest.mark.parametrize(
    ("delimiter", "blank"),
    [
        (",", ","),
        (",", ",,,,,"),
        (",", "  "),
        (",", " ,\t,\u00a0"),
        (",", '"","",""'),
        (",", '"\n","\n"'),
        (";", ";;"),
        ("\t", "\t\t"),
        ("\t", " \t "),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_of_nothing_but_delimiters_and_blanks_is_skipped(
    delimiter: str, blank: str, end: str
) -> None:
    lines = [blank, f"a{delimiter}b", blank, f"{delimiter}1", blank]

    found = read_table(text(end.join(lines)), delimiter)

    assert [cells for _, cells in found] == [["a", "b"], ["", "1"]]

"""Checks that a faulty row of a table leaves all other rows unchanged."""

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.catalog import Catalog, Source
from ingestion.event import Event
from ingestion.files.mappers.row_result import RejectedRow, RowResult
from ingestion.files.parse import extract_rows
from ingestion.files.rows.lines import MAX_LINE_CHARACTERS
from ingestion.files.rows.row import MAX_CELL_CHARACTERS
from tests.support.factories import NOON, catalog_document, contract
from tests.support.files.read_rows import text
from tests.support.invocations import upload

HEADER = [*contract(), "at"]
FORGED = "c-666,Forged,goods,active,2026-01-31T12:00:00Z"

Fault = Callable[[list[str]], list[str]]


def append_to_name(suffix: str) -> Fault:
    """Return a fault that appends the suffix to the second cell."""
    return lambda cells: [cells[0], cells[1] + suffix, *cells[2:]]


# Each fault changes the cells of a row. The text is a part of the rejection's message.
FAULTS: dict[str, tuple[Fault, str]] = {
    "wrong type": (lambda cells: [*cells[:2], "GOODS", *cells[3:]], "contract_type"),
    "wrong time": (lambda cells: [*cells[:4], "yesterday"], "at: must be seconds"),
    "no id": (lambda cells: ["", *cells[1:]], "contract_id: Field required"),
    "too few cells": (lambda cells: cells[:4], "has 4 cells: must have 5"),
    "too many cells": (lambda cells: [*cells, ""], "has 6 cells: must have 5"),
    "NUL": (append_to_name("\0"), "NUL"),
    "bad byte": (append_to_name("\udcff"), "encoding"),
    "long cell": (append_to_name("x" * (MAX_CELL_CHARACTERS + 1)), "cell of more than"),
    "long line": (append_to_name('"' + "x" * MAX_LINE_CHARACTERS), "characters"),
    "long row": (lambda cells: cells + ["x" * 100_000 + "\n"] * 10, "at most"),
    "event too large": (lambda cells: [*cells[:1], *["ä" * 125_000], *cells[2:]], "too_large"),
}
NAMES = st.lists(
    st.sampled_from(['"', ",", ";", "\t", "|", "\n", "\r\n", "\r", "a", "ä", f"\n{FORGED}\n"]),
    min_size=1,
    max_size=5,
).map("".join)


def source(delimiter: str) -> Source:
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = {"delimiter": delimiter, "time": "at"}
    return Catalog.model_validate(document).sources["sourceB"]


def written(rows: list[list[str]], delimiter: str, line_end: str) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(
        rows
    )
    return file.getvalue().encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("fault", FAULTS)
@settings(max_examples=25)
@given(
    names=st.lists(NAMES, min_size=1, max_size=5),
    place=st.integers(0, 4),
    delimiter=st.sampled_from(",;|\t"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_a_faulty_row_is_rejected_once_and_all_other_rows_are_unchanged(
    fault: str, names: list[str], place: int, delimiter: str, line_end: str
) -> None:
    place %= len(names)
    valid = [contract(f"c-{n}", contract_name=name) for n, name in enumerate(names)]
    rows = [HEADER, *([*row.values(), NOON] for row in valid)]
    change, reason = FAULTS[fault]
    line = 1 + len(list(text(written(rows[: place + 1], delimiter, line_end))))
    rows[place + 1] = change(rows[place + 1])
    del valid[place]
    content = written(rows, delimiter, line_end)

    def found(rows_before: int) -> list[RowResult]:
        form = "tsv" if delimiter == "\t" else "csv"
        file = io.BytesIO(content)
        return list(extract_rows(file, form, upload(), source(delimiter), rows_before=rows_before))

    results = found(0)
    resumed = found(place + 1)

    assert [result.data for result in results if isinstance(result, Event)] == valid
    [rejected] = [result for result in results if isinstance(result, RejectedRow)]
    assert rejected.line == line
    assert results.index(rejected) == place
    assert reason in f"{rejected.rejection.reason}: {rejected.rejection.detail}"
    assert list(map(str, resumed)) == list(map(str, results[place + 1 :]))

"""Tables whose quoted cells hold line breaks, through the real handlers on moto."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.files.rows.lines import MAX_LINE_CHARACTERS
from ingestion.files.rows.row import MAX_CELL_CHARACTERS
from tests.integration.cloud import Cloud
from tests.support.factories import Json, catalog_document

CASES = Path(__file__).parents[2] / "cases"
HEADER = "contract_id,contract_name,contract_type,contract_status"
# Text inside quotes that looks like a row.
FORGED = "c-666,Forged,goods,active"


def outcome(cloud: Cloud, name: str, content: bytes) -> tuple[list[str], list[tuple[int, str]]]:
    """Return the ids of the stored contracts, and the line and reason of each rejected row."""
    cloud.extract(cloud.drop(name, content))
    cloud.insert()
    while records := cloud.queued("sourceB"):
        assert cloud.work(*records) == []
    stored = [row["contract_id"] for row in cloud.listed("CONTRACT").values()]
    rejected = [rejection(line) for line in rejected_lines(cloud)]
    found = report(cloud)
    assert found["accepted"] == len(stored)
    assert found["rejected"] == len(rejected)
    assert found["state"] == "done"
    assert found["rows"] == len(stored) + len(rejected)
    return stored, rejected


def report(cloud: Cloud) -> Json:
    [key] = cloud.keys("reports/")
    found: Json = json.loads(cloud.content(key))
    return found


def rejected_lines(cloud: Cloud) -> list[Json]:
    [key] = cloud.keys("rejected/")
    return [json.loads(line) for line in cloud.content(key).splitlines()]


def rejection(rejected: Json) -> tuple[int, str]:
    [error] = rejected["errors"]
    return rejected["line"], f"{error.get('field') or ''}: {error['message']}".removeprefix(": ")


TYPES = "contract_type: Input should be 'goods', 'works' or 'services'"
NOT_UTF_8 = "has bytes that are not of the file's encoding: UTF-8, or files.encoding of the source"


@pytest.mark.parametrize(
    ("name", "accepted", "message"),
    [
        ("quoted-rows.csv", "c-6", TYPES),
        ("reason-only.csv", "c-4", TYPES),
        ("sibling-bad-byte.csv", "c-8", f"{NOT_UTF_8} (lines 2 to 4)"),
        ("sibling-cell-count.csv", "c-10", "has 5 cells: must have 4, like the header"),
    ],
)
def test_a_row_of_several_lines_has_one_outcome_with_its_reason(
    cloud: Cloud, name: str, accepted: str, message: str
) -> None:
    stored, rejected = outcome(cloud, name, (CASES / name).read_bytes())

    assert stored == [accepted]
    assert rejected == [(2, message)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (f'"c-1\n{FORGED}\n",a,goods,active', "contract_id: "),
        (f'c-1,"a\n{FORGED}\n\0",goods,active', "NUL characters (lines 2 to 4)"),
        (f'c-1,"a\n{FORGED}\n"b,goods,active', "after a closing quote"),
        (f'c-1,"a"b,"\n{FORGED}\n",active', "after a closing quote"),
        (f'c-1,"{"x" * MAX_CELL_CHARACTERS}\n{FORGED}\n",goods,active', "cell of more than"),
        (f'c-1,"{"x" * MAX_LINE_CHARACTERS}\n{FORGED}\n",goods,active', "at most 1000000"),
        (f'c-1,{"x" * MAX_LINE_CHARACTERS},"\n{FORGED}\n",active', "at most 1000000"),
        (f'c-1,"{"x" * MAX_LINE_CHARACTERS}""\n{FORGED}\n",b,"c,d', "never closed"),
        (f'c-1,"a\n{FORGED}\n",goods', "has 3 cells: must have 4, like the header"),
        (f'c-1,"a\n{FORGED}\n",goods,active,', "has 5 cells: must have 4, like the header"),
    ],
    ids=[
        "id of three lines",
        "NUL",
        "text after the quote",
        "text after an earlier quote",
        "long cell",
        "long line",
        "long line that opens the quote after the cut",
        "two quotes after the cut",
        "three cells",
        "five cells",
    ],
)
# tests/unit/files/rows/test_table.py reads such rows with every delimiter and every end of a line.
@pytest.mark.parametrize(("delimiter", "end"), [(",", "\n"), ("\t", "\r\n")])
def test_no_line_inside_quotes_becomes_an_entity(
    cloud: Cloud, row: str, message: str, delimiter: str, end: str
) -> None:
    configure(cloud, delimiter=delimiter)
    name = "x.tsv.gz" if delimiter == "\t" else "x.csv.gz"
    table = f"{HEADER}\n{row}\nc-9,Ok,goods,active\n".replace(",", delimiter).replace("\n", end)

    stored, [(line, detail)] = outcome(cloud, name, gzip.compress(table.encode()))

    assert stored == ([] if message == "never closed" else ["c-9"])
    assert line == 2
    assert message in detail


def test_an_invalid_time_rejects_its_whole_row(cloud: Cloud) -> None:
    configure(cloud, time="at")
    forged = f"{FORGED},2026-01-31"
    rows = f'c-1,"a\n{forged}\n",goods,active,soon\nc-9,Ok,goods,active,2026-01-31\n'

    stored, rejected = outcome(cloud, "x.csv", f"{HEADER},at\n{rows}".encode())

    message = "at: must be seconds since 1970, or an RFC 3339 time"
    assert stored == ["c-9"]
    assert rejected == [(2, message)]


def test_an_undecodable_byte_rejects_its_whole_row(
    cloud: Cloud,
) -> None:
    configure(cloud, encoding="cp1252")
    rows = f'c-1,"caf\xe9\n{FORGED}\n\x81",goods,active\nc-9,Ok,goods,active\n'

    stored, rejected = outcome(cloud, "x.csv", f"{HEADER}\n{rows}".encode("latin-1"))

    assert stored == ["c-9"]
    assert rejected == [(2, f"{NOT_UTF_8} (lines 2 to 4)")]


def test_rows_after_an_unclosed_quote_are_not_stored(cloud: Cloud) -> None:
    rows = "".join(f"c-{number},a,goods,active\n" for number in range(3, 5_000))

    stored, rejected = outcome(
        cloud, "x.csv", f'{HEADER}\nc-1,a,goods,active\nc-2,"a\n{rows}'.encode()
    )

    message = (
        "opens a quote in line 3 that is never closed: lines 3 to 5000 are refused; close the quote"
    )
    assert stored == ["c-1"]
    assert rejected == [(3, message)]
    assert rejected_lines(cloud)[0]["row"].startswith('c-2,"a\nc-3,a,goods,active\n')


def test_a_file_with_an_unclosed_quote_in_its_header_is_refused(cloud: Cloud) -> None:
    cloud.extract(cloud.drop("x.csv", f'"{HEADER}\nc-1,a,goods,active\n'))

    found = report(cloud)
    assert found["refused"] == "unreadable_header"
    assert found["rows"] == 0
    assert found["detail"] == (
        "the header opens a quote in line 1 that is never closed: lines 1 to 2 are refused;"
        " close the quote"
    )


def configure(cloud: Cloud, **files: Any) -> None:
    """Write a catalog that sets how sourceB's files are read."""
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = files
    cloud.write_catalog(document)

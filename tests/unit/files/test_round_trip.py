"""An exported file gives the same entities when it is uploaded."""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic_core import to_json

import entities
from ingestion.files.mappers.row_result import RejectedRow
from tests.support import people
from tests.support.added_entities import added
from tests.unit.files.samples import SAMPLE, stored, uploaded, written

TRICKY = ["", "=1+1", "+1", "-a", "@x", "'", "'=1", "''", "\n", "\r\n", "a\nb", '"', 'a"b', "a,b"]
TRICKY += [
    "\t",
    " a ",
    "1",
    "-1",
    "1e3",
    "true",
    "null",
    "[]",
    '["a"]',
    "契約",
    "é",
    "\ufeff",
    "[hidden]",
    "a;=1",
    "a;'=1",
    "a\t@b",
    "a\n-b",
    "\uff1d1",
    ";;+1",
    "a; =1",
    " =1",
    " '=1",
    "\ufeff@x",
    "a;\u00a0' -b",
    'a;"=1"',
    """a;'" =1""",
    " \t=1",
]
FORMULA = re.compile(r"(?!-?\d)(?:[\t\r\n]|[ \u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
TEXTS = st.sampled_from(TRICKY) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5
)
NUMBERS = st.sampled_from(["0", "-5", "12.50", "1e3", "0.0000001", "9" * 38])
DAYS = st.dates().map(str)
TIMES = st.datetimes().map(lambda time: f"{time.isoformat()}Z")
IDS = st.sampled_from(["s-1", "=s", "'s", "契約", "a,b", "[]"])
LISTS = st.lists(TEXTS, max_size=3)
REQUIRED = {
    "sample_id": IDS,
    "text": TEXTS,
    "flag": st.booleans(),
    "amount": NUMBERS,
    "day": DAYS,
    "kind": st.sampled_from(["a", "=b", ""]),
    "texts": LISTS,
}
REQUIRED_VALUES = {
    "sample_id": "s",
    "text": "'a",
    "flag": True,
    "amount": "-1",
    "day": "2026-01-31",
    "kind": "a",
    "texts": ["=1"],
}
OPTIONAL = {
    "maybe_text": TEXTS,
    "maybe_flag": st.booleans(),
    "maybe_amount": NUMBERS,
    "maybe_day": DAYS,
    "maybe_kind": st.sampled_from(["a", "'b"]),
    "maybe_reference": IDS,
    "maybe_texts": LISTS,
    "amounts": st.lists(NUMBERS, max_size=3),
    "days": st.lists(DAYS, max_size=3),
    "flags": st.lists(st.booleans() | st.none(), max_size=3),
    "nested": st.lists(LISTS, max_size=2),
    "maybe_time": TIMES,
    "times": st.lists(TIMES | st.none(), max_size=3),
    "flag_or_word": st.booleans() | st.just("unknown"),
}
SAMPLES = st.lists(st.fixed_dictionaries(REQUIRED, optional=OPTIONAL), min_size=1, max_size=4)


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Define SAMPLE, which has a field of every type, and PERSON, which has personal fields."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "sample.py").write_text(SAMPLE)
    with added(folder), people.known(folder):
        yield


def again(name: str, data: Any) -> BaseModel:
    assert not isinstance(data, RejectedRow), data
    return entities.models()[name].model_validate_json(to_json(data))


@given(samples=SAMPLES)
def test_an_exported_csv_file_gives_the_same_entities(samples: list[dict[str, Any]]) -> None:
    before, rows = zip(*(stored("SAMPLE", sample) for sample in samples), strict=True)

    after = uploaded(written("SAMPLE", list(rows)), "csv")

    assert [again("SAMPLE", data) for data in after] == list(before)


@given(samples=SAMPLES)
def test_no_cell_of_an_exported_csv_file_is_a_formula_whatever_separates_columns(
    samples: list[dict[str, Any]],
) -> None:
    text = written("SAMPLE", [stored("SAMPLE", sample)[1] for sample in samples]).decode()

    cells = [
        cell
        for separator in (",", ";", "\t")
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for cell in row
    ]
    assert not [cell for cell in cells if FORMULA.match(cell)]


def test_the_name_of_a_stored_column_is_no_formula() -> None:
    _, row = stored("SAMPLE", dict(REQUIRED_VALUES))
    row["entity"] |= {"=1+1": "", " @x": "a", "plain": "b"}

    header, cells = csv.reader(io.StringIO(written("SAMPLE", [row]).decode(), newline=""))

    assert header[-4:] == ["' @x", "'=1+1", "plain", "'escaped"]
    assert cells[-4:] == ["a", "", "b", "'=1+1"]


@given(samples=SAMPLES)
def test_an_exported_json_lines_file_gives_the_same_entities(
    samples: list[dict[str, Any]],
) -> None:
    before, rows = zip(*(stored("SAMPLE", sample) for sample in samples), strict=True)

    after = uploaded(b"\n".join(map(to_json, rows)), "jsonl")

    assert [again("SAMPLE", data) for data in after] == list(before)


@pytest.mark.parametrize("value", [Decimal("12.50"), Decimal("1E+3"), Decimal(7), None])
def test_a_required_field_that_holds_null_comes_back_from_json_lines(value: Any) -> None:
    """Null is not stored. PERSON's salary has no default."""
    before, row = stored("PERSON", people.person(salary=value))

    [after] = uploaded(to_json(row), "jsonl", "PERSON")

    assert again("PERSON", after) == before


def test_a_csv_file_without_special_texts_has_no_further_column() -> None:
    _, row = stored("SAMPLE", dict(REQUIRED_VALUES))

    header, cells = csv.reader(io.StringIO(written("SAMPLE", [row]).decode(), newline=""))

    assert header == list(entities.models()["SAMPLE"].model_fields)
    assert cells[:7] == ["s", "'a", "true", "-1", "2026-01-31", "a", '["=1"]']

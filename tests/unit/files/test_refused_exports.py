"""What an upload of an export refuses, and what it takes as data."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic_core import to_json

from ingestion.files.mappers.row_result import RejectedRow
from tests.support import people
from tests.support.added_entities import added
from tests.unit.files.samples import SAMPLE, stored, uploaded, written


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Define SAMPLE, which has a field of every type, and PERSON, which has personal fields."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "sample.py").write_text(SAMPLE)
    with added(folder), people.known(folder):
        yield


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("field", ["name", "email", "phones"])
def test_a_value_that_was_hidden_is_refused_and_overwrites_nothing(form: str, field: str) -> None:
    _, row = stored("PERSON", people.person(salary=1))
    row["entity"][field] = "[hidden]"

    [after] = uploaded(written("PERSON", [row]) if form == "csv" else to_json(row), form, "PERSON")

    assert isinstance(after, RejectedRow)
    [error] = after.rejection.errors
    assert error.field.endswith(field)
    assert "--show-personal" in error.message


def test_an_apostrophe_in_another_file_is_data() -> None:
    person = b"person_id,team,salary\np-1,'=1,1\np-2,'',1\n"

    assert [data["team"] for data in uploaded(person, "csv", "PERSON")] == ["'=1", "''"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("a", "must be a JSON list"),
        ("{}", "must be a JSON list"),
        ("[1", "must be a JSON list"),
        ("[1]", "valid string"),
        ("[NaN]", "must be a JSON list"),
    ],
)
def test_a_cell_that_holds_no_list_is_refused(cell: str, message: str) -> None:
    header = "sample_id,text,flag,amount,day,kind,texts"
    text = io.StringIO(newline="")
    csv.writer(text).writerow(["s", "t", "true", "1", "2026-01-31", "a", cell])

    [rejected] = uploaded(f"{header}\n{text.getvalue()}".encode(), "csv")

    [error] = rejected.rejection.errors
    assert error.field.startswith("texts")
    assert message in error.message


@pytest.mark.parametrize(
    ("change", "field"),
    [({"id": 5}, "id"), ({"entity": []}, "entity"), ({"more": 1}, "more"), ({"event": 1}, "event")],
)
def test_a_line_that_is_no_whole_export_is_refused(change: dict[str, Any], field: str) -> None:
    _, row = stored("PERSON", people.person())

    [rejected] = uploaded(json.dumps(row | change).encode(), "jsonl", "PERSON")

    [error] = rejected.rejection.errors
    assert error.field == field


def test_a_stored_column_that_no_field_has_is_named_by_the_upload() -> None:
    _, row = stored("PERSON", people.person())
    row["entity"]["older"] = "x"

    [rejected] = uploaded(to_json(row), "jsonl", "PERSON")

    assert [error.field for error in rejected.rejection.errors] == ["entity.older"]

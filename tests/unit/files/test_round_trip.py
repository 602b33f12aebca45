"""A file that `ingest export` wrote gives the same entities again when a source uploads it."""

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic_core import to_json

import entities
from ingestion.catalog import Catalog
from ingestion.cli.export import write_csv
from ingestion.files.parse import RejectedRow, extract_rows
from ingestion.store.attributes import to_attribute_value
from ingestion.store.reader import entity_document
from tests.support import people
from tests.support.added_entities import added
from tests.support.factories import upload

SAMPLE = """
from typing import Annotated, ClassVar, Literal
from entities.base import Entity
from entities.fields import CalendarDate, EntityId, Number, references


class Sample(Entity):
    entity_name: ClassVar[str] = "SAMPLE"

    sample_id: EntityId
    text: str
    flag: bool
    amount: Number
    day: CalendarDate
    kind: Literal["a", "=b", ""]
    texts: list[str]
    maybe_text: str | None = None
    maybe_flag: bool | None = None
    maybe_amount: Number | None = None
    maybe_day: CalendarDate | None = None
    maybe_kind: Literal["a", "'b"] | None = None
    maybe_reference: Annotated[EntityId | None, references("SAMPLE")] = None
    maybe_texts: list[str] | None = None
    amounts: list[Number] = []
    days: list[CalendarDate] = []
    flags: list[bool | None] = []
    nested: list[list[str]] = []
"""
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
]
TEXTS = st.sampled_from(TRICKY) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5
)
NUMBERS = st.sampled_from(["0", "-5", "12.50", "1e3", "0.0000001", "9" * 38])
DAYS = st.dates().map(str)
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
}
SAMPLES = st.lists(st.fixed_dictionaries(REQUIRED, optional=OPTIONAL), min_size=1, max_size=4)


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Define SAMPLE, which has a field of every type, and PERSON, which has personal fields."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "sample.py").write_text(SAMPLE)
    with added(folder), people.known(folder):
        yield


def stored(name: str, fields: dict[str, Any]) -> tuple[BaseModel, dict[str, Any]]:
    """Return an entity as a worker takes it, and its row as an export reads it."""
    model = entities.models()[name]
    entity = model.model_validate_json(to_json(fields))
    row = {"ID": f"{name}#{fields[model.id_field()]}", "ENTITY_NAME": name}
    row |= entity.model_dump(exclude_none=True)
    return entity, entity_document(
        {field: to_attribute_value(value) for field, value in row.items()}
    )


def written(name: str, rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    write_csv(rows, out, list(entities.models()[name].model_fields), with_event=False)
    return out.getvalue().encode()


def uploaded(content: bytes, form: str, name: str = "SAMPLE") -> list[Any]:
    """Return the data of the events that the upload of a file makes, and its rejected rows."""
    catalog = Catalog.model_validate(
        {"sources": {"sourceB": {"path": "b", "entities": [name], "auth": "api_key"}}}
    )
    found = extract_rows(BytesIO(content), form, upload(f"rows.{form}"), catalog.sources["sourceB"])
    return [each if isinstance(each, RejectedRow) else each.data for each in found]


def again(name: str, data: Any) -> BaseModel:
    assert not isinstance(data, RejectedRow), data
    return entities.models()[name].model_validate_json(to_json(data))


@given(samples=SAMPLES)
def test_an_exported_csv_file_gives_the_same_entities(samples: list[dict[str, Any]]) -> None:
    before, rows = zip(*(stored("SAMPLE", sample) for sample in samples), strict=True)

    after = uploaded(written("SAMPLE", list(rows)), "csv")

    assert [again("SAMPLE", data) for data in after] == list(before)


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


def test_a_csv_file_without_special_texts_has_no_further_column() -> None:
    sample = {"sample_id": "s", "text": "'a", "flag": True, "amount": "-1", "day": "2026-01-31"}
    _, row = stored("SAMPLE", sample | {"kind": "a", "texts": ["=1"]})

    header, cells = csv.reader(io.StringIO(written("SAMPLE", [row]).decode(), newline=""))

    assert header == list(entities.models()["SAMPLE"].model_fields)
    assert cells[:7] == ["s", "'a", "true", "-1", "2026-01-31", "a", '["=1"]']


def test_an_apostrophe_in_another_file_is_data() -> None:
    person = b"person_id,team,salary\np-1,'=1,1\np-2,'',1\n"

    assert [data["team"] for data in uploaded(person, "csv", "PERSON")] == ["'=1", "''"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("a", "valid array"),
        ("{}", "valid array"),
        ("[1", "valid array"),
        ("[1]", "valid string"),
        ("[NaN]", "valid array"),
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

"""The columns of a table are those of its header, and quotes decide where a row ends."""

from typing import Any

import pytest
from pydantic_core import to_json

from ingestion.catalog import Source
from ingestion.errors import RefusedFile
from tests.support.factories import contract
from tests.unit.files.extracting import HEADER, events, rejections, results, source


def refusal(content: str | bytes, form: str = "csv", sender: Source | None = None) -> RefusedFile:
    with pytest.raises(RefusedFile) as refused:
        results(content, form, sender)
    return refused.value


def test_the_catalog_renames_and_ignores_columns() -> None:
    sender = source(
        delimiter=";", columns={"No.": "contract_id", "Name": "contract_name"}, ignore=["remark"]
    )
    content = "No.;Name;remark;contract_type;contract_status\nc-1;Turbines;old;goods;active\n"

    assert events(results(content, sender=sender))[0].data == contract()


@pytest.mark.parametrize(
    ("content", "reason", "detail"),
    [
        ("", "empty", "no header"),
        ("\n\n", "empty", "no header"),
        (f"{HEADER},colour\n", "unknown_column", "colour"),
        ("contract_id,contract_name\n", "missing_column", "contract_status"),
        (f"{HEADER},contract_id\n", "duplicate_column", "contract_id"),
        ("contract_id\0\n", "unreadable_header", "NUL"),
        ('contract_id,"contract_name\n', "unreadable_header", "the header opens a quote in line 1"),
        (f'{HEADER},"\nc-1,a,goods,active\n', "unreadable_header", "lines 1 to 2 are refused"),
        (f'"{HEADER}"x\n', "unreadable_header", "text after a closing quote"),
    ],
)
def test_a_table_whose_header_does_not_match_the_entity_is_refused(
    content: str, reason: str, detail: str
) -> None:
    refused = refusal(content)

    assert refused.reason == reason
    assert detail in refused.detail


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_a_header_of_hundreds_of_thousands_of_columns_is_refused(form: str) -> None:
    refused = refusal(("x\t" if form == "tsv" else "x,") * 400_000 + "\n", form)

    assert refused.reason == "too_large"
    assert refused.detail == "the header has 400001 columns: it may have at most 1000"


@pytest.mark.parametrize(
    ("columns", "detail", "rest"),
    [
        ([f"c{n}" for n in range(900)], "no field for 'c0', 'c1', 'c2', 'c3'", " and 890 more"),
        (
            ["c"] * 500 + [f"d{n}" for n in range(400)] * 2,
            "more than one column for 'c', 'd0'",
            " and 81 more",
        ),
        (["x" * 130_000], f"no field for {'x' * 100!r}: there are", "catalog's `files`"),
    ],
    ids=["unknown", "repeated", "long"],
)
def test_a_refusal_names_at_most_ten_columns(columns: list[str], detail: str, rest: str) -> None:
    refused = refusal(f"{HEADER},{','.join(columns[:990])}\n")

    assert detail in refused.detail
    assert len(refused.detail) < 600
    assert rest in refused.detail


ALL = "'contract_id', 'contract_name', 'contract_type', 'contract_status'"


@pytest.mark.parametrize(
    ("header", "files", "detail"),
    [
        (
            HEADER.replace(",", ";"),
            {},
            "the header has 1 column, 'contract_id;contract_name;contract_type;contract_status',"
            f" but expected are 4: {ALL}; is the `delimiter` of the catalog's `files` right?",
        ),
        (
            "c-1,Turbines,goods,active",
            {},
            f"the header has 'c-1', 'Turbines', 'goods', 'active', but expected are {ALL}:"
            " does the first row name the columns?",
        ),
        (
            "7,2026",
            {"key": ["year", "no"], "time": "at", "columns": {"Name": "contract_name"}},
            "the header has '7', '2026', but expected are 'year', 'no', 'Name', 'contract_type',"
            " 'contract_status', 'at': does the first row name the columns?",
        ),
        (
            HEADER.replace("contract_id", "contractid"),
            {},
            f"no field for 'contractid' (did you mean 'contract_id'?): there are {ALL};"
            " rename or ignore columns in the catalog's `files`",
        ),
        (
            HEADER.replace("contract_id", "CONTRACT_ID"),
            {},
            f"no field for 'CONTRACT_ID' (did you mean 'contract_id'?): there are {ALL};"
            " rename or ignore columns in the catalog's `files`",
        ),
        (
            "contract_id,contract_name",
            {},
            "no column for 'contract_status', 'contract_type': the header has 'contract_id',"
            " 'contract_name'",
        ),
    ],
    ids=["delimiter", "no header", "no header, with a key", "near miss", "other case", "missing"],
)
def test_a_header_that_does_not_fit_says_what_was_expected_and_found(
    header: str, files: dict[str, Any], detail: str
) -> None:
    assert refusal(f"{header}\n", sender=source(**files)).detail == detail


def test_a_column_without_a_name_must_be_empty() -> None:
    found = results(f"{HEADER},,\nc-1,a,goods,active,,\nc-2,b,goods,active,,lost\n")

    assert [event.subject for event in events(found)] == ["c-1"]
    assert rejections(found) == {3: "unreadable_row: has a value in a column without a name"}


def test_an_unbalanced_quote_joins_the_lines_up_to_the_next_quote_into_one_rejected_row() -> None:
    rows = [f"c-{n},a,goods,active" for n in range(1, 10)]
    rows[2] = 'c-3,a,"goods,active'
    rows[6] = 'c-7,a,goods",active'

    found = results("\n".join([HEADER, *rows]))

    assert [event.subject for event in events(found)] == ["c-1", "c-2", "c-8", "c-9"]
    [(line, message)] = rejections(found).items()
    assert line == 4
    assert message.startswith("invalid_entity:")


def test_a_quoted_cell_may_span_lines() -> None:
    found = results(f'{HEADER}\nc-1,"two\nlines",goods,active\nc-2,b,goods,active\n')

    assert [event.data["contract_name"] for event in events(found)] == ["two\nlines", "b"]


def test_a_row_that_names_a_field_twice_is_rejected() -> None:
    sender = source(columns={"Name": "contract_name"})

    found = results(to_json(contract() | {"Name": "another"}), "jsonl", sender)

    assert rejections(found) == {1: "invalid_entity: must have at most one name for each field"}


def test_a_table_with_two_columns_for_one_field_is_refused() -> None:
    sender = source(columns={"title": "contract_name"})

    assert refusal(f"{HEADER},title\n", sender=sender).reason == "duplicate_column"

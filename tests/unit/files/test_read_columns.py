"""Which columns a table must have if its source has rules."""

from typing import Any

import pytest

from ingestion.errors import RefusedFile
from ingestion.files.mappers.read_columns import missing_columns
from ingestion.files.mappers.row_result import IgnoredRow
from tests.support.factories import Json
from tests.unit.files.extracting import rejections
from tests.unit.files.mappers.mapped import CONTRACT, MILESTONE, all_events, mapped, mapped_catalog


def refusal(header: str, *rules: Json, **keys: Any) -> str:
    with pytest.raises(RefusedFile) as refused:
        mapped(f"{header}\nx,x,x\n", *rules, **keys)
    return f"{refused.value.reason}: {refused.value.detail}"


def test_a_header_without_any_column_of_the_rules_is_refused() -> None:
    text = refusal("no;name", CONTRACT)

    assert text.startswith("unknown_column: the header has 'no;name'")
    assert "but the rules read 'Name', 'No': does the first row name the columns" in text


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        (CONTRACT | {"id": ["item.year", "item.No"]}, "'year'"),
        (CONTRACT | {"time": 'payload."changed at"'}, "'changed at'"),
        (CONTRACT | {"time": {"value": "item.at", "format": "epoch_s"}}, "'at'"),
        (CONTRACT | {"fields": CONTRACT["fields"] | {"contract_type": "item.Kind"}}, "'Kind'"),
    ],
)
def test_a_header_without_a_column_that_each_event_needs_is_refused(
    rule: Json, missing: str
) -> None:
    text = refusal("No,Name,Knd", rule)

    assert text.startswith(f"missing_column: no column for {missing}: the header has 'No', 'Name'")


def test_a_header_that_only_ignore_reads_is_not_refused() -> None:
    found = mapped("kind\nx\ny\n", CONTRACT, ignore="item.kind == 'x'")

    assert found[0] == IgnoredRow()
    assert rejections(found[1:]) == {
        3: "unmappable_item: rule 1 (CONTRACT), id: is null: must be a text or a number"
    }


def test_a_column_that_each_event_needs_may_be_missing_if_all_rows_are_ignored() -> None:
    found = mapped("No,Kind\n7,x\n", CONTRACT, ignore=["item.Kind == 'x'", "item.Kind == 'y'"])

    assert found == [IgnoredRow()]


def test_a_rule_that_reads_no_column_refuses_no_header() -> None:
    constant = {"entity": "EQUIPMENT", "id": "'all'"}

    [event] = all_events(mapped("x\n1\n", constant, entities=["EQUIPMENT"]))

    assert event.subject == "all"


def test_a_header_without_any_column_of_the_rules_and_of_ignore_is_refused() -> None:
    text = refusal("no;name", CONTRACT, ignore="item.kind == 'x'")

    assert "but the rules read 'Name', 'No', 'kind': does the first row name" in text


def test_a_refused_header_suggests_the_name_that_a_rule_reads() -> None:
    assert refusal("No.,Name", CONTRACT).endswith("'No.' (did you mean 'No'?), 'Name'")


@pytest.mark.parametrize(
    "rule",
    [
        CONTRACT | {"when": "item.Name", "id": "item.year || item.No"},
        CONTRACT | {"fields": CONTRACT["fields"] | {"contract_name": "item.Nm || item.Name"}},
    ],
)
def test_a_column_that_may_be_missing_is_null(rule: Json) -> None:
    [event] = all_events(mapped("No,Name\n7,T\n", rule))

    assert event.subject == "7"


def test_a_rule_with_a_condition_does_not_need_its_columns() -> None:
    found = mapped("No,Name\n7,T\n", CONTRACT, MILESTONE | {"when": "item.Step"})

    assert [event.subject for event in all_events(found)] == ["7"]


def test_duplicate_columns_are_refused() -> None:
    assert refusal("No,Name,Name", CONTRACT) == "duplicate_column: more than one column for 'Name'"


DUE = {"value": "item.Due", "date": "iso", "optional": True}


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        (MILESTONE, ["Step", "Due"]),
        (MILESTONE | {"id": "item.No", "fields": {"description": "item.Text"}}, ["Text"]),
        (MILESTONE | {"id": "item.No", "fields": {"contract_id": "item.No", "end_date": DUE}},
         ["Due"]),
        (MILESTONE | {"id": "item.No", "fields": {"end_date": DUE | {"default": "2026-01-31"}}},
         []),
        (MILESTONE | {"id": "item.No", "fields": {"description": "item.A || item.B"}}, []),
        (MILESTONE | {"when": "item.Step"}, []),
        (CONTRACT, []),
    ],
)  # fmt: skip
def test_columns_without_which_a_field_is_null_are_missing(rule: Json, missing: list[str]) -> None:
    source = mapped_catalog(rule).sources["sourceB"]

    assert missing_columns(source, ["No", "Name"]) == missing

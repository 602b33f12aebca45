"""The rules of a source make none, one or many events of a row."""

from typing import Any

import pytest
from pydantic_core import to_json

from ingestion.files.mappers.row_result import IgnoredRow, UnfinishedRow
from tests.support.factories import Json
from tests.support.files.workbooks import packed, parts, row, text_cell
from tests.unit.files.extracting import events as whole_rows
from tests.unit.files.extracting import rejections
from tests.unit.files.mappers.mapped import CONTRACT, MILESTONE, all_events, mapped

TABLE = "No,Name,Step,Due\n"


def test_a_row_makes_an_event_of_each_rule() -> None:
    found = mapped(TABLE + "7,Turbines,s-1,31.01.2026\n", CONTRACT, MILESTONE)

    contract, milestone = all_events(found)
    assert found == [UnfinishedRow(contract), milestone]
    assert contract.data["contract_name"] == "Turbines"
    assert milestone.data == {"milestone_id": "s-1", "contract_id": "7", "end_date": "2026-01-31"}
    assert (contract.subject, milestone.subject) == ("7", "s-1")
    assert contract.time == milestone.time == contract.receivedat
    assert contract.mapping == milestone.mapping
    assert len(str(contract.mapping)) == 12
    assert contract.revision is None


def test_a_row_that_makes_one_event_has_the_id_of_a_row_without_rules() -> None:
    rule = CONTRACT | {"when": "item.Name"}

    found = mapped(TABLE + "7,T,s-1,31.01.2026\n8,,s-2,31.01.2026\n", rule, MILESTONE)

    first, second, alone = (event.id for event in all_events(found))
    assert first.endswith("-0000000002-1")
    assert second.endswith("-0000000002-2")
    assert alone.endswith("-0000000003")
    assert first < second < alone


def test_the_items_of_a_row_have_ids_of_their_own_unless_the_rule_names_the_event() -> None:
    rule: Json = {"entity": "MILESTONE", "each": "payload.steps", "id": "item.id"}
    rule |= {"fields": {"contract_id": "parent.no"}}
    line = to_json({"no": "c-1", "delivery": "d-9", "steps": [{"id": "a"}, {"id": "b"}]}) + b"\n"

    found = all_events(mapped(line, rule, form="jsonl"))
    named = all_events(mapped(line, rule | {"event_id": "payload.delivery"}, form="jsonl"))

    assert [event.id[-12:] for event in found] == ["0000000001-1", "00000001-1-1"]
    assert {event.id.partition("/")[0] for event in named} == {"d-9"}
    assert len({event.id for event in named}) == 2


def test_an_ignored_row_is_no_rejected_row_and_an_unmatched_row_is_one() -> None:
    rule = CONTRACT | {"when": "item.Name"}

    found = mapped(TABLE + "7,,,\nheading,,,\n", rule, ignore="item.No == 'heading'")

    assert found[1] == IgnoredRow()
    assert rejections(found) == {
        2: "unmatched: no rule of the source makes an event of it, and `ignore` does not name it"
    }


def test_a_failing_item_rejects_its_row_and_leaves_the_other_events() -> None:
    found = mapped(TABLE + "7,Turbines,s-1,soon\n", CONTRACT, MILESTONE)

    [contract] = all_events(found)
    assert found[0] == UnfinishedRow(contract)
    assert rejections(found) == {
        2: "unmappable_item: rule 2 (MILESTONE), end_date: must be a date in the format %d.%m.%Y"
    }


def test_an_invalid_value_names_its_rule_and_its_item() -> None:
    rule: Json = {"entity": "MILESTONE", "each": "payload.steps", "id": "item.id"}
    rule |= {"fields": {"contract_id": "parent.no", "end_date": "item.due"}}
    steps = [{"id": "a", "due": "2026-01-31"}, {"id": "b", "due": "soon"}, {"due": "2026-01-31"}]
    line = to_json({"no": "c-1", "steps": steps}) + b"\n"

    found = mapped(line, rule, form="jsonl")

    assert [event.subject for event in all_events(found)] == ["a"]
    [text] = rejections(found).values()
    assert text.startswith("invalid_entity: rule 1 (MILESTONE), item 1, end_date: ")
    assert "rule 1 (MILESTONE), item 2, id: is null: must be a text or a number" in text


def test_a_row_lists_the_first_ten_faults_and_counts_the_rest() -> None:
    rule = {"entity": "EQUIPMENT", "each": "payload", "id": "item.id"}
    document = to_json([[{"n": n} for n in range(13)]])

    found = mapped(document, rule, form="json", entities=["EQUIPMENT"])

    [text] = rejections(found).values()
    assert text.count("is null") == 10
    assert text.endswith("; and 3 more")


@pytest.mark.parametrize(
    "content", [{"No": "7", "Name": "T"}, [{"No": "7", "Name": "T"}]], ids=["object", "array"]
)
def test_an_object_of_a_json_file_is_a_payload(content: Any) -> None:
    [event] = whole_rows(mapped(to_json(content), CONTRACT, form="json"))

    assert event.subject == "7"


def test_json_values_are_strict_and_table_values_are_texts() -> None:
    rule = MILESTONE | {"fields": {"contract_id": "item.No"}}

    of_table = all_events(mapped("Step,No\ns-1,007\n", rule))
    of_json = mapped(b'{"Step": 5, "No": 7}\n', rule, form="jsonl")

    assert of_table[0].data["contract_id"] == "007"
    assert rejections(of_json) == {
        1: "invalid_entity: rule 1 (MILESTONE), contract_id: must be a text:"
        " add `text: true` to the rule"
    }


def test_a_row_of_a_workbook_is_a_payload() -> None:
    cells = ("7", "Turbines", "s-1", "31.01.2026")
    header = row(*map(text_cell, ("No", "Name", "Step", "Due")))
    content = packed(parts(header, row(*map(text_cell, cells)))).getvalue()

    contract, milestone = all_events(mapped(content, CONTRACT, MILESTONE, form="xlsx"))

    assert contract.data["contract_name"] == "Turbines"
    assert milestone.data["end_date"] == "2026-01-31"


def test_an_empty_cell_is_null() -> None:
    rule = CONTRACT | {
        "fields": CONTRACT["fields"] | {"contract_name": {"first": ["item.Name", "item.Step"]}}
    }

    [event] = all_events(mapped(TABLE + "7,,Turbines,\n", rule))

    assert event.data["contract_name"] == "Turbines"


def test_the_encoding_and_the_delimiter_of_the_source_still_apply() -> None:
    files = {"encoding": "cp1252", "delimiter": ";"}

    [event] = all_events(mapped("No;Name\n7;Grün\n".encode("cp1252"), CONTRACT, files=files))

    assert event.data["contract_name"] == "Grün"


def test_results_before_a_position_are_left_out() -> None:
    rule: Json = {"entity": "MILESTONE", "each": "payload.steps", "id": "item.id"}
    rule |= {"fields": {"contract_id": "parent.no"}}
    rows = [{"no": f"c-{n}", "steps": [{"id": f"{n}.{m}"} for m in range(4)]} for n in range(3)]
    lines = b"".join(to_json(row) + b"\n" for row in rows)

    whole = mapped(lines, rule, form="jsonl")
    rest = mapped(lines, rule, form="jsonl", rows_before=1, results_before=3)

    assert len(whole) == 12
    assert rest == whole[7:]


def test_a_repeated_header_and_blank_rows_are_no_payloads() -> None:
    found = mapped(f"{TABLE}7,T,,\n,,,\n{TABLE}8,U,,\n", CONTRACT)

    assert [event.subject for event in all_events(found)] == ["7", "8"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("7,T\n", "has 2 cells: must have 3, like the header"),
        ("7,T,x\n", "has a value in a column without a name"),
    ],
)
def test_the_faults_of_cells_are_those_of_a_source_without_rules(row: str, message: str) -> None:
    found = mapped("No,Name,\n" + row, CONTRACT)

    assert rejections(found) == {2: f"unreadable_row: {message}"}


def test_a_row_for_which_ignore_fails_is_rejected() -> None:
    found = mapped(TABLE + "7,,,\n", CONTRACT, ignore="abs(item.No) > `1`")

    assert rejections(found) == {2: "unmappable_item: ignore: abs() takes number, not string"}


def test_a_row_that_makes_too_many_events_is_rejected() -> None:
    rule = {"entity": "EQUIPMENT", "each": "payload.numbers", "id": "item"}
    document = to_json({"numbers": list(range(100_001))})

    found = mapped(document, rule, form="json", entities=["EQUIPMENT"])

    assert rejections(found) == {
        1: "too_many_events: makes 100001 events: it may make at most 100000"
    }

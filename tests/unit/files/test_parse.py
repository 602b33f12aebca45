import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from ingestion.catalog import Catalog, Source
from ingestion.errors import RefusedFile
from ingestion.event import MAX_EVENT_BYTES, Event
from ingestion.files.parse import RejectedRow, extract_rows
from tests.support.factories import (
    NOON,
    catalog,
    catalog_document,
    contract,
    deletion,
    event_fields,
    submission,
    upload,
)

HEADER = "contract_id,contract_name,contract_type,contract_status"


def source(name: str = "sourceB", **files: Any) -> Source:
    """Return the source of the catalog with these settings under `files`."""
    document = catalog_document()
    document["sources"][name]["files"] = files
    return Catalog.model_validate(document).sources[name]


def results(
    content: str | bytes, form: str = "csv", sender: Source | None = None, rows_before: int = 0
) -> list[Event | RejectedRow]:
    """Return what becomes of the rows of a file that this source sent (default: sourceB)."""
    sender = sender or source()
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    sent = upload(source=catalog().name_by_path[sender.path])
    return list(extract_rows(file, form, sent, sender, rows_before))


def events(found: list[Event | RejectedRow]) -> list[Event]:
    return [result for result in found if isinstance(result, Event)]


def rejections(found: list[Event | RejectedRow]) -> dict[int, str]:
    """Return the reason and the detail of each rejection by its line."""
    return {
        result.line: f"{result.rejection.reason}: {result.rejection.detail}"
        for result in found
        if isinstance(result, RejectedRow)
    }


def refusal(content: str | bytes, form: str = "csv", sender: Source | None = None) -> RefusedFile:
    with pytest.raises(RefusedFile) as refused:
        results(content, form, sender)
    return refused.value


def test_a_row_becomes_an_event_of_the_sources_entity() -> None:
    found = results(f"{HEADER}\nc-1,Turbines,goods,active\n")

    [event] = events(found)
    assert event.source == "sourceB"
    assert event.type == "contract.upsert"
    assert event.subject == "c-1"
    assert event.time == NOON
    assert event.receivedat == NOON
    assert event.data == contract()


def test_the_same_file_gives_the_same_events() -> None:
    content = f"{HEADER}\nc-1,Turbines,goods,active\nbad\n"

    assert [str(r) for r in results(content)] == [str(r) for r in results(content)]


def test_ids_increase_with_the_line_and_with_the_version_of_the_file() -> None:
    sender = source()
    content = f"{HEADER}\nc-1,a,goods,active\nc-1,b,goods,active\n".encode()
    newer = upload(sequencer="0055AED6DCD90281E6", version_id="0")

    old = events(list(extract_rows(io.BytesIO(content), "csv", upload(), sender)))
    new = events(list(extract_rows(io.BytesIO(content), "csv", newer, sender)))

    assert old[0].id < old[1].id < new[0].id


def test_extraction_resumes_after_the_rows_of_an_earlier_run() -> None:
    content = f"{HEADER}\nc-1,a,goods,active\nbad\nc-3,c,goods,active\n"

    assert results(content, rows_before=2) == results(content)[2:]


def test_a_bad_row_is_rejected_with_its_line_and_fields() -> None:
    found = results(
        f'{HEADER}\nc-1,a,gifts,active\nc-2,b\n,c,goods,active\nc-4,d,goods,active\n"c-5,e\nc-6\n'
    )

    assert [event.subject for event in events(found)] == ["c-4"]
    assert rejections(found) == {
        2: "invalid_entity: contract_type: Input should be 'goods', 'works' or 'services'",
        3: "unreadable_row: has 2 cells: must have 4, like the header",
        4: "invalid_entity: contract_id: Field required",
        6: "unreadable_row: opens a quote in line 6 that is never closed:"
        " lines 6 to 7 are refused; close the quote",
    }


def test_a_cell_that_begins_like_a_formula_is_plain_text() -> None:
    found = results(f"{HEADER}\n=c-1,+1-2,goods,active\n@c,-1,works,pending\n")

    assert [event.data["contract_name"] for event in events(found)] == ["+1-2", "-1"]


def test_an_empty_cell_leaves_its_field_out() -> None:
    found = results(
        "milestone_id,contract_id,description,end_date\nm-1,c-1,,\n", sender=source("sourceC")
    )

    assert events(found)[0].data == {"milestone_id": "m-1", "contract_id": "c-1"}


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("csv", f"\ufeff{HEADER}\nc-1,Turbines,goods,active\n"),
        ("csv", f" {HEADER.replace(',', ' , ')}\nc-1,Turbines,goods,active"),
        ("tsv", f"{HEADER}\nc-1,Turbines,goods,active\n".replace(",", "\t")),
        ("json", to_json([contract()]).decode()),
        ("json", to_json(contract()).decode()),
        ("json", to_json([submission()]).decode()),
        ("jsonl", to_json(contract()).decode()),
        ("jsonl", to_json(submission()).decode() + "\n\n"),
        ("jsonl", to_json(event_fields()).decode()),
    ],
)
def test_each_format_gives_the_same_event(form: str, content: str) -> None:
    [event] = events(results(content, form))

    assert event.data == contract()


def test_a_workbook_gives_the_same_event() -> None:
    book = openpyxl.Workbook()
    assert book.active
    book.active.append(HEADER.split(","))
    book.active.append(list(contract().values()))
    file = io.BytesIO()
    book.save(file)

    [event] = events(results(file.getvalue(), "xlsx"))

    assert event.data == contract()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_a_file_is_read_in_the_encoding_that_its_source_declares(encoding: str) -> None:
    content = f"{HEADER}\nc-1,Zähler,goods,active\n".encode(encoding)

    [event] = events(results(content, sender=source(encoding=encoding)))

    assert event.data["contract_name"] == "Zähler"


def test_a_row_in_another_encoding_is_rejected() -> None:
    content = f"{HEADER}\nc-1,Zähler,goods,active\n".encode("cp1252")

    found = results(content)

    assert list(rejections(found)) == [2]


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


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("1769860800", NOON),
        ("1769860800.123456789", "2026-01-31T12:00:00.123456Z"),
        ("1769860800.1", "2026-01-31T12:00:00.100000Z"),
        ("2026-01-31T13:00:00+01:00", NOON),
        ("2026-01-31", "2026-01-31T00:00:00.000000Z"),
    ],
)
def test_the_time_column_gives_the_time_of_the_event(sent: str, kept: str) -> None:
    found = results(f"{HEADER},at\nc-1,Turbines,goods,active,{sent}\n", sender=source(time="at"))

    [event] = events(found)
    assert event.time == kept
    assert event.data == contract()


@pytest.mark.parametrize("sent", ["", "yesterday", "2026-02-31", "-1", "1e9", "99999999999999"])
def test_a_row_whose_time_is_invalid_is_rejected(sent: str) -> None:
    found = results(f"{HEADER},at\nc-1,Turbines,goods,active,{sent}\n", sender=source(time="at"))

    assert rejections(found) == {
        2: "invalid_event: at: must be seconds since 1970, or an RFC 3339 time"
    }


def test_the_key_columns_are_joined_and_escaped_into_the_id() -> None:
    sender = source(key=["year", "number"])
    header = HEADER.replace("contract_id", "year,number")

    found = results(
        f"{header}\n2026,7/a,T,goods,active\n2026%2F7,a,T,goods,active\n", sender=sender
    )

    assert [event.subject for event in events(found)] == ["2026/7%2Fa", "2026%252F7/a"]


def test_a_row_without_a_value_in_a_key_column_is_rejected() -> None:
    header = HEADER.replace("contract_id", "year,number")

    found = results(f"{header}\n2026,,T,goods,active\n", sender=source(key=["year", "number"]))

    assert rejections(found) == {
        2: "invalid_entity: contract_id: needs a text or number in year, number: number is empty"
    }


def test_a_row_whose_key_is_neither_text_nor_number_is_rejected() -> None:
    row = contract() | {"no": {"year": 2026}}
    del row["contract_id"]

    found = results(to_json(row), "jsonl", source(key=["no"]))

    assert rejections(found) == {
        1: "invalid_entity: contract_id: needs a text or number in no: no is an object"
    }


def test_json_rows_may_use_key_columns_a_time_column_and_renamed_columns() -> None:
    row = {"no": 7, "name": "T", "contract_type": "goods", "contract_status": "active"}
    sender = source(key=["no"], time="at", columns={"name": "contract_name"})

    [event] = events(results(to_json(row | {"at": 1769860800.5}), "jsonl", sender))

    assert event.data == contract("7", contract_name="T")
    assert event.time == "2026-01-31T12:00:00.500000Z"


def test_a_file_may_hold_events_in_the_form_of_the_api() -> None:
    sent = [
        submission(id="own", time="2020-01-01T00:00:00Z"),
        deletion("c-2"),
        submission(source="sourceA"),
        submission(contract(contract_type="gifts")),
        7,
    ]

    found = results(to_json(sent), "json")

    assert [event.type for event in events(found)] == ["contract.upsert", "contract.delete"]
    assert events(found)[0].id == "own"
    assert events(found)[0].time.startswith("2020")
    assert [text.split(":")[0] for text in rejections(found).values()] == [
        "wrong_source",
        "invalid_entity",
        "invalid_event",
    ]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_events_of_a_file_that_differ_in_anything_but_the_id_are_separate(form: str) -> None:
    sent = [
        submission(id="same", time="2026-01-31T11:00:00Z"),
        submission(contract("c-2"), id="same", time="2026-01-31T11:00:00Z"),
        submission(contract(contract_name="other"), id="same", time="2026-01-31T11:00:00Z"),
        submission(id="same", time="2026-01-31T10:00:00Z"),
        deletion(id="same", time="2026-01-31T11:00:00Z"),
        submission(id="same"),
    ]
    content = to_json(sent) if form == "json" else b"\n".join(map(to_json, sent))

    found = events(results(content, form))

    queued = [Event.from_json(event.json_bytes.decode()) for event in found]  # As parts hold them.
    assert len({event.deduplication_id for event in queued}) == 6


def test_a_line_that_is_not_json_does_not_affect_the_other_lines() -> None:
    found = results(b'{"a"\n' + to_json(contract()) + b"\nNaN\n", "jsonl")

    assert [event.subject for event in events(found)] == ["c-1"]
    assert list(rejections(found)) == [1, 3]


def test_an_event_that_is_too_large_for_the_topic_is_rejected() -> None:
    too_large = contract(contract_name="x" * 360_000)
    fitting = contract(contract_name="x" * 120_000)

    found = results(to_json([too_large, fitting]), "json")

    assert rejections(found) == {1: f"too_large: must have at most {MAX_EVENT_BYTES} bytes"}
    assert len(events(found)) == 1


def test_a_row_that_is_too_large_is_not_validated() -> None:
    too_large = {f"k{number:06}": 0 for number in range(MAX_EVENT_BYTES // 12)}

    found = results(to_json([too_large]), "json")

    assert rejections(found) == {1: f"too_large: must have at most {MAX_EVENT_BYTES} bytes"}


def test_dates_of_a_table_are_validated() -> None:
    content = (
        "milestone_id,contract_id,start_date\nm-1,c-1,2026-01-31\nm-2,c-1,31.1.2026\nm-3,c-1,0\n"
    )

    found = results(content, sender=source("sourceC"))

    assert [event.data["start_date"] for event in events(found)] == ["2026-01-31"]
    assert list(rejections(found)) == [3, 4]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["NaN", "c-1", "goods", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


@given(
    members=st.lists(
        st.tuples(
            st.sampled_from([*contract(), "entity_name", "specversion", "body", "data", "id"]),
            VALUES.map(lambda value: to_json(value).decode())
            | st.sampled_from(["NaN", "Infinity", "}"]),
        ),
        max_size=7,
    ),
    is_valid=st.booleans(),
)
def test_the_fast_and_the_slow_reader_of_json_lines_give_the_same_result(
    members: list[tuple[str, str]], is_valid: bool
) -> None:
    valid = [(name, to_json(value).decode()) for name, value in contract().items()]
    pairs = [*members, *valid] if is_valid else members
    line = "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}\n"

    fast = results(line.encode(), "jsonl")
    slow = results(line.encode(), "jsonl", source(ignore=["no such column"]))

    assert list(map(outcome, fast)) == list(map(outcome, slow))


def outcome(result: Event | RejectedRow) -> object:
    """Return the content of a result for a comparison."""
    if isinstance(result, Event):
        return result.model_dump()
    return result.line, result.rejection.reason, result.rejection.detail, result.document

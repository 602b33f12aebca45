"""Each row of a file becomes an event or a rejection."""

import io

import openpyxl
import pytest
from pydantic_core import to_json

from ingestion.event import MAX_EVENT_BYTES
from ingestion.files.parse import extract_rows
from ingestion.files.upload import Upload
from tests.support.factories import NOON, contract, event_fields, submission
from tests.support.invocations import upload
from tests.unit.files.extracting import HEADER, events, rejections, results, source


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


@pytest.mark.parametrize(
    "newer",
    [
        upload(sequencer="0055AED6DCD90281F"),  # Shorter, and later in S3's order.
        upload("corrected.csv", sequencer="00", uploaded_at="2026-01-31T12:00:00.001000Z"),
    ],
    ids=["a shorter sequencer of the key", "another key later"],
)
def test_the_ids_of_a_later_upload_are_larger(newer: Upload) -> None:
    content = f"{HEADER}\nc-1,a,goods,active\n".encode()

    old = events(list(extract_rows(io.BytesIO(content), "csv", upload(), source())))
    new = events(list(extract_rows(io.BytesIO(content), "csv", newer, source())))

    assert old[0].id < new[0].id


def test_a_line_of_very_many_values_is_rejected_before_it_is_parsed() -> None:
    many = f'{{"contract_id": [{",".join(["[]"] * 26_000)}]}}'

    found = results(f'{many}\n{{"contract_id": "c-1"}}\n', "jsonl")

    message = "must have at most 50000 fields and array items"
    assert rejections(found)[1] == f"unreadable_row: {message}"


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

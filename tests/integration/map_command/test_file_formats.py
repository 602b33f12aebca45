"""`ingest map` reads a file as the API reads a POST, or as an upload reads its rows."""

import gzip
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest

from tests.integration.map_command.conftest import Map, Write
from tests.integration.map_command.shop import order
from tests.integration.map_command.test_command import SHOP, made

TABLE = ("--source", "table", "-o", "json")
CSV = "number;category\n007;4\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    assert book.active
    book.active.append(["number", "category"])
    book.active.append(["007", "4"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def zipped(name: str, content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", workbook()),
        ("a.csv.gz", gzip.compress(CSV.encode())),
        ("a.zip", zipped("rows.csv", CSV)),
        ("a.json.gz", gzip.compress(b'[{"number": "007", "category": "4"}]')),
    ],
    ids=["workbook", "gzip", "zip", "packed document"],
)
def test_every_format_of_an_upload_is_read(
    ingest_map: Map, write: Write, name: str, content: bytes
) -> None:
    write(name, content)

    [payload] = made(ingest_map(name, *TABLE).stdout)

    assert payload["payload"] == {"number": "007", "category": "4"}
    assert payload["items"][0]["fields"] == {"equipment_id": "007", "cat_id": "4"}


def test_a_json_file_is_read_as_an_upload_on_request(ingest_map: Map, write: Write) -> None:
    rows = [json.dumps({"number": str(number)}) for number in range(501)]
    write("a.json", "\n".join(rows))

    posted = ingest_map("a.json", *TABLE)
    uploaded = ingest_map("a.json", *TABLE, "--format", "upload")

    assert posted.exit_code == 4
    assert len(made(uploaded.stdout)) == 501


def test_a_damaged_archive_is_refused(ingest_map: Map, write: Write) -> None:
    write("a.csv.gz", "no gzip")

    result = ingest_map("a.csv.gz", "--source", "table")

    assert result.exit_code == 4
    assert result.stderr == "a.csv.gz: cannot be unpacked: is not gzip\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", [order(number=1), order(number=2)]),
        ("a.jsonl", "\n".join(json.dumps(order(number=number)) for number in (1, 2))),
        ("a.ndjson", "\n".join(json.dumps(order(number=number)) for number in (1, 2))),
    ],
)
def test_a_file_holds_several_payloads(
    ingest_map: Map, write: Write, name: str, content: Any
) -> None:
    write(name, content)

    found = made(ingest_map(name, *SHOP, "-o", "json").stdout)

    assert [payload["items"][0]["id"] for payload in found] == ["north/1", "north/2"]


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ";"), ("a.tsv", "\t")])
def test_a_row_is_a_payload_with_texts_and_null(
    ingest_map: Map, write: Write, name: str, delimiter: str
) -> None:
    rows = [("number", "category"), ("007", "4"), ("e-2", "")]
    write(name, "\n".join(map(delimiter.join, rows)))

    result = ingest_map(name, "--source", "table", "-o", "json")

    first, second = made(result.stdout)
    assert (first["payload"], second["payload"]) == (
        {"number": "007", "category": "4"},
        {"number": "e-2", "category": None},
    )
    assert first["items"][0]["fields"] == {"equipment_id": "007", "cat_id": "4"}
    assert second["items"][0]["fields"] == {"equipment_id": "e-2"}
    ids = [payload["items"][0]["event_id"] for payload in (first, second)]
    assert [event_id.rpartition("-")[2] for event_id in ids] == ["0000000002", "0000000003"]


def test_a_form_and_xml_are_read_as_the_api_reads_them(ingest_map: Map, write: Write) -> None:
    write("a.form", "number=e-1&category=4")
    write("a.xml", "<row number='e-1'><category>4</category></row>")

    form = made(ingest_map("a.form", "--source", "table", "-o", "json").stdout)
    xml = made(ingest_map("a.xml", "--source", "table", "-o", "json").stdout)

    assert form[0]["items"][0]["fields"] == {"equipment_id": "e-1", "cat_id": "4"}
    assert xml[0]["payload"] == {"row": {"@number": "e-1", "category": "4"}}


def test_standard_input_is_json_or_of_the_named_format(ingest_map: Map) -> None:
    as_json = ingest_map("-", *SHOP, "-o", "json", stdin=json.dumps(order()))
    as_csv = ingest_map(
        *("-", "--source", "table", "--format", "csv", "-o", "json"), stdin="number;category\n1;2"
    )

    assert made(as_json.stdout)[0]["items"][0]["id"] == "north/7"
    assert made(as_csv.stdout)[0]["items"][0]["id"] == "1"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", "{", "a.json: "),
        ("a.xml", "<a>", "a.xml: "),
        ("a.csv", "", "a.csv: the file holds no header and no row"),
        ("a.csv", "number;category\n", "a.csv: the file holds no payload"),
        ("a.csv", "category\n1\n", "a.csv: no column for 'number': the header has 'category'"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_4(
    ingest_map: Map, write: Write, name: str, content: str, said: str
) -> None:
    write(name, content)

    result = ingest_map(name, "--source", "table")

    assert result.exit_code == 4
    assert said in result.stderr


def test_a_line_that_is_not_json_harms_only_itself(ingest_map: Map, write: Write) -> None:
    write("a.jsonl", f"{json.dumps(order())}\n{{\n")

    result = ingest_map("a.jsonl", *SHOP)

    assert result.exit_code == 4
    assert "not readable: line 2: is not JSON" in result.stdout
    assert result.stderr == "2 payloads, 2 valid, 1 not readable\n"

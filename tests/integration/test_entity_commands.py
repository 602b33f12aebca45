"""The commands that read the table: data on stdout, messages on stderr, one page in memory."""

import csv
import io
import json
import os
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import Result

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.test_related import PART, store_equipment
from tests.integration.used_grants import RecordingSession
from tests.support.factories import Json, aws_error, contract, event, milestone
from tests.support.hooks import hooked

FORMULAS = ["=1+1", "+1 234", "-a", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=", "-1-1"]
HARMLESS = ["-5", "-12.50", "1e3", "a=b", "'=1", "", '{"a": 1}', "a\nb", 'say "yes", no']


@pytest.fixture
def site(cloud: Cloud) -> Cloud:
    """Store a contract with equipment. A milestone and two parts are missing."""
    cloud.store(event(contract("c-1"), id="7"))
    store_equipment(cloud, "e-1", contract_id="c-1")
    store_equipment(cloud, "e-2", **PART)
    store_equipment(cloud, "e-3", parent_equipment_id="e-9", contract_id="c-9")
    return cloud


def document(result: Result) -> Any:
    assert result.exit_code in (0, 4), result.stderr
    return json.loads(result.stdout)


def test_get_prints_an_entity_as_the_read_api_returns_it(site: Cloud, run: Ingest) -> None:
    shown = run("get", "CONTRACT", "c-1", "-o", "json")

    assert document(shown) == site.read("CONTRACT/c-1").document
    table = run("get", "CONTRACT", "c-1")
    assert "contract_name" in table.stdout
    assert "event source" in table.stdout


def test_list_prints_entities_up_to_the_limit(site: Cloud, run: Ingest) -> None:
    assert site
    everything = document(run("list", "EQUIPMENT", "-o", "json"))
    one = run("list", "EQUIPMENT", "--limit", "1", "-o", "json")

    assert [item["id"] for item in everything] == ["e-1", "e-2", "e-3"]
    assert [item["id"] for item in document(one)] == ["e-1"]
    assert "more than 1" in one.stderr
    assert "e-3" in run("list", "EQUIPMENT").stdout


def test_list_filters_by_source_and_by_time_of_change(site: Cloud, run: Ingest) -> None:
    site.store(event(contract("c-2"), source="operator"))
    stored_at = site.read("CONTRACT/c-2").document["event"]["stored_at"]

    for options in (["--source", "operator"], ["--changed-since", stored_at]):
        found = document(run("list", "CONTRACT", *options, "-o", "json"))
        assert [item["id"] for item in found] == ["c-2"]
    assert len(document(run("list", "CONTRACT", "--changed-since", "1h", "-o", "json"))) == 2


def test_related_prints_what_the_read_api_returns(site: Cloud, run: Ingest) -> None:
    found = document(run("related", "EQUIPMENT", "e-2", "-o", "json"))
    table = run("related", "EQUIPMENT", "e-2").stdout

    assert found == site.read("EQUIPMENT/e-2/related").document["items"]
    assert table.count("missing") == 1
    assert "more than 1" in run("related", "EQUIPMENT", "e-2", "--limit", "1").stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["get", "CONTRACT", "c-9"], 3, "local has no CONTRACT 'c-9'"),
        (["related", "CONTRACT", "c-9"], 3, "local has no CONTRACT 'c-9'"),
        (["get", "ROCKET", "r"], 2, "there are CONTRACT, EQUIPMENT, MILESTONE"),
        (["list", "ROCKET"], 2, "there are CONTRACT, EQUIPMENT, MILESTONE"),
        (["related", "ROCKET", "r"], 2, "there are CONTRACT, EQUIPMENT, MILESTONE"),
        (["export", "ROCKET"], 2, "there are CONTRACT, EQUIPMENT, MILESTONE"),
        (["export", "CONTRACT", "--to", "/nowhere/at/all"], 2, "No such file or directory"),
        (["export", "CONTRACT", "--format", "xls"], 2, "'xls' is not one of"),
        (["list", "CONTRACT", "--changed-since", "yesterday"], 2, "must be an age"),
    ],
)
def test_a_command_that_cannot_read_prints_the_reason_on_stderr(
    site: Cloud, run: Ingest, arguments: list[str], code: int, message: str
) -> None:
    assert site
    result = run(*arguments)

    assert result.exit_code == code
    assert result.stdout == ""
    assert message in result.stderr


def test_an_export_is_json_lines_as_the_read_api_returns_them(site: Cloud, run: Ingest) -> None:
    result = run("export", "EQUIPMENT")

    assert [json.loads(line) for line in result.stdout.splitlines()] == site.read(
        "EQUIPMENT"
    ).document["items"]
    assert "exported 3 EQUIPMENT" in result.stderr


@pytest.mark.usefixtures("site")
def test_a_slow_export_is_counted_to_its_end(run: Ingest, session: RecordingSession) -> None:
    with hooked(session, "before-call.dynamodb.Query", lambda **_: time.sleep(0.3)):
        result = run("export", "EQUIPMENT")

    assert "exported 3 EQUIPMENT" in result.stderr


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_a_csv_export_has_a_column_for_each_field(site: Cloud, run: Ingest) -> None:
    assert site
    plain = run("export", "EQUIPMENT", "--format", "csv")
    whole = run("export", "EQUIPMENT", "--format", "csv", "--with-event")

    header, *found = rows(plain.stdout)
    assert header == [
        "equipment_id",
        "parent_equipment_id",
        "contract_id",
        "current_milestone_id",
        "cat_id",
    ]
    assert found[:2] == [["e-1", "", "c-1", "", ""], ["e-2", "e-1", "c-1", "m-1", ""]]
    header, first, *_ = rows(whole.stdout)
    assert header[-5:-2] == ["event.id", "event.source", "event.time"]
    assert first[-5:-2] == ["e-1", "sourceA", "2026-01-31T12:00:00.000000Z"]


def test_a_csv_export_quotes_formulas_and_keeps_numbers(cloud: Cloud, run: Ingest) -> None:
    texts = FORMULAS + HARMLESS
    named = {f"c-{number:02}": text for number, text in enumerate(texts)}
    cloud.store(
        *(event(contract(contract_id, contract_name=text)) for contract_id, text in named.items())
    )

    result = run("export", "CONTRACT", "--format", "csv")

    found = [row[1] for row in rows(result.stdout)[1:]]
    assert found == [f"'{text}" for text in FORMULAS] + HARMLESS


def test_a_failed_export_leaves_the_earlier_file_unchanged(
    site: Cloud, run: Ingest, tmp_path: Path
) -> None:
    file = tmp_path / "equipment.csv"
    file.write_text("an earlier export")
    result = run("export", "EQUIPMENT", "--format", "csv", "--to", str(file))
    assert result.exit_code == 0
    assert result.stdout == ""
    whole = file.read_text()
    assert len(rows(whole)) == 4

    boto3.client("dynamodb").delete_table(TableName=site.table_name)
    failed = run("export", "EQUIPMENT", "--format", "csv", "--to", str(file))

    assert site
    assert failed.exit_code != 0
    assert file.read_text() == whole
    assert [file.name for file in tmp_path.glob("equipment*")] == ["equipment.csv"]


def test_an_export_to_a_link_or_a_pipe_does_not_replace_the_target(
    site: Cloud, run: Ingest, tmp_path: Path
) -> None:
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    (tmp_path / "target").touch()
    link.symlink_to(tmp_path / "target")
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    results = [run("export", "EQUIPMENT", "--to", str(target)) for target in (link, pipe)]
    piped = os.read(reader, 100_000).decode()
    os.close(reader)

    assert site
    assert [result.exit_code for result in results] == [0, 0]
    assert link.is_symlink()
    assert pipe.is_fifo()
    assert piped == link.read_text()


def test_an_export_reads_one_page_after_another(
    site: Cloud, run: Ingest, session: RecordingSession
) -> None:
    queries: list[Json] = []

    def one_by_one(params: Json, **_: Any) -> Json:
        queries.append(params)
        return params | {"Limit": 1}

    with hooked(session, "provide-client-params.dynamodb.Query", one_by_one):
        result = run("export", "EQUIPMENT")

    assert site
    assert len(result.stdout.splitlines()) == 3
    assert [query.get("ExclusiveStartKey", {}).get("ID", {}).get("S") for query in queries] == [
        None,
        "EQUIPMENT#e-1",
        "EQUIPMENT#e-2",
    ]


def test_check_references_lists_what_is_missing_and_exits_with_4(site: Cloud, run: Ingest) -> None:
    assert site
    result = run("check", "references", "-o", "json")

    assert result.exit_code == 4
    report = document(result)
    names = ["entity_name", "id", "field", "missing_entity_name", "missing_id"]
    assert [[item[name] for name in names] for item in report["dangling"]] == [
        ["EQUIPMENT", "e-2", "current_milestone_id", "MILESTONE", "m-1"],
        ["EQUIPMENT", "e-3", "contract_id", "CONTRACT", "c-9"],
        ["EQUIPMENT", "e-3", "parent_equipment_id", "EQUIPMENT", "e-9"],
    ]
    assert [
        (item["entity_name"], item["field"], item["references"], item["dangling"])
        for item in report["counts"]
    ] == [
        ("EQUIPMENT", "contract_id", 3, 1),
        ("EQUIPMENT", "current_milestone_id", 1, 1),
        ("EQUIPMENT", "parent_equipment_id", 2, 1),
        ("MILESTONE", "contract_id", 0, 0),
    ]


def test_check_references_lists_up_to_the_limit(site: Cloud, run: Ingest) -> None:
    assert site
    result = run("check", "references", "--limit", "1")

    assert result.exit_code == 4
    assert "m-1" in result.stdout
    assert "c-9" not in result.stdout
    assert "and 2 more" in result.stderr


@pytest.mark.parametrize("output", ["table", "json"])
def test_check_references_finds_nothing_when_every_reference_resolves(
    cloud: Cloud, run: Ingest, output: str
) -> None:
    cloud.store(
        event(contract("c-1")),
        event(milestone("m-1"), source="sourceC", entity_name="MILESTONE"),
    )
    for number in range(130):
        store_equipment(cloud, f"e-{number}", contract_id="c-1", current_milestone_id="m-1")

    result = run("check", "references", "-o", output)

    assert result.exit_code == 0, result.stderr
    assert "130" in result.stdout


def test_check_references_lists_references_to_a_deleted_entity(site: Cloud, run: Ingest) -> None:
    gone = event(
        {"equipment_id": "e-1"},
        entity_name="EQUIPMENT",
        operation="delete",
        source="sourceA",
        time="2026-01-31T12:05:00Z",
    )
    site.store(gone)

    report = document(run("check", "references", "-o", "json"))

    assert ["e-2", "parent_equipment_id", "e-1"] in [
        [item["id"], item["field"], item["missing_id"]] for item in report["dangling"]
    ]


def test_an_error_of_the_table_ends_the_command(
    site: Cloud, run: Ingest, session: RecordingSession
) -> None:
    refused = aws_error("ResourceNotFoundException")

    with hooked(session, "before-call.dynamodb.Query", lambda **_: refused):
        result = run("list", "EQUIPMENT")

    assert site
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "ResourceNotFoundException" in str(result.exception)


def test_the_operator_is_not_listed_as_a_source(site: Cloud, run: Ingest) -> None:
    assert site
    listed = document(run("sources", "-o", "json"))

    assert [source["source"] for source in listed] == ["sourceA", "sourceB", "sourceC"]
    assert run("send", "-", "--source", "operator", stdin="{}").exit_code == 2

"""`ingest export` writes a file as a whole or not at all."""

import csv
import io
import json
import os
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.used_grants import RecordingSession
from tests.support.factories import Json, contract, event

FORMULAS = [
    "=1+1",
    "+1 234",
    "-a",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "=",
    "-1-1",
    "'=1",
    "\uff1d1",
    " =1",
]
IN_THE_MIDDLE = {
    "a;=1": "a;'=1",
    "a; =1": "a;' =1",
    "a;\ufeff+b": "a;'\ufeff+b",
    "a;'=1": "a;''=1",
    'a;"=1"': """a;'"=1\"""",
    "a\n@b": "a\n'@b",
    "a\t\uff20b": "a\t'\uff20b",
}
HARMLESS = ["-5", "-12.50", "1e3", "a=b", "'a", "", '{"a": 1}', "a\nb", 'say "yes", no']


def test_an_export_is_json_lines_as_the_read_api_returns_them(site: Cloud, run: Ingest) -> None:
    result = run("export", "EQUIPMENT")

    assert [json.loads(line) for line in result.stdout.splitlines()] == site.read(
        "EQUIPMENT"
    ).document["items"]
    assert "exported 3 EQUIPMENT" in result.stderr


@pytest.mark.usefixtures("site")
def test_a_slow_export_is_counted_to_its_end(run: Ingest, session: RecordingSession) -> None:
    with session.hooked("before-call.dynamodb.Query", lambda **_: time.sleep(0.3)):
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
    texts = [*FORMULAS, *IN_THE_MIDDLE, *HARMLESS]
    named = {f"c-{number:02}": text for number, text in enumerate(texts)}
    cloud.store(
        *(event(contract(contract_id, contract_name=text)) for contract_id, text in named.items())
    )

    result = run("export", "CONTRACT", "--format", "csv")

    found = [row[1] for row in rows(result.stdout)[1:]]
    assert found == [*(f"'{text}" for text in FORMULAS), *IN_THE_MIDDLE.values(), *HARMLESS]


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

    with session.hooked("provide-client-params.dynamodb.Query", one_by_one):
        result = run("export", "EQUIPMENT")

    assert site
    assert len(result.stdout.splitlines()) == 3
    assert [query.get("ExclusiveStartKey", {}).get("ID", {}).get("S") for query in queries] == [
        None,
        "EQUIPMENT#e-1",
        "EQUIPMENT#e-2",
    ]


def test_only_its_owner_reads_a_new_export_and_an_old_file_keeps_its_mode(
    site: Cloud, run: Ingest, tmp_path: Path
) -> None:
    new, old = tmp_path / "new.jsonl", tmp_path / "old.jsonl"
    old.touch(mode=0o640)
    old.chmod(0o640)

    results = [run("export", "EQUIPMENT", "--to", str(file)) for file in (new, old)]

    assert site
    assert [result.exit_code for result in results] == [0, 0]
    assert [file.stat().st_mode & 0o777 for file in (new, old)] == [0o600, 0o640]


@pytest.mark.usefixtures("site")
def test_an_export_to_a_file_that_cannot_be_written_is_wrong_usage(
    run: Ingest, tmp_path: Path
) -> None:
    file = tmp_path / "no folder" / "equipment.jsonl"

    result = run("export", "EQUIPMENT", "--to", str(file))

    assert result.exit_code == 2
    assert f"{file}: No such file or directory" in result.stderr

"""`ingest files show` prints the report of an upload, or all its rejected rows."""

import json
import re
from pathlib import Path

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.cloud import Cloud, limit
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.failed_calls import give_up
from tests.integration.files.mapped_files.mapped import CONTRACT, MILESTONE, map_source
from tests.integration.files.mapped_files.mapped import table as mapped_table
from tests.integration.uploads.conftest import message, read_file
from tests.support import people
from tests.support.factories import CANARY, Json, catalog_document
from tests.support.files.dropped import keys_of, table, write


def test_a_report_is_shown_with_the_rejected_rows_by_reason(cloud: Cloud, ingest: Ingest) -> None:
    upload_id = read_file(cloud, "x.csv", table(5, bad=lambda n: n == 2) + "too,few\n")

    result = ingest("show", upload_id)
    shown = json.loads(ingest("show", upload_id, "-o", "json").stdout)

    assert result.exit_code == 0
    assert "uploads/sourceB/x.csv" in result.stdout
    assert "[hidden]" not in message(result)
    assert "unreadable_row" in result.stdout
    assert "line 3: invalid_entity: contract_type: " in message(result)
    assert f"ingest files show {upload_id} --rejected" in message(result)
    assert shown["rejections"] == {"invalid_entity": 1, "unreadable_row": 1}
    assert (shown["state"], shown["rows"], shown["accepted"]) == ("done", 6, 4)


def test_the_counts_of_rows_of_a_source_with_rules_are_shown(cloud: Cloud, ingest: Ingest) -> None:
    map_source(cloud, CONTRACT, MILESTONE, ignore="item.Name == '-'")
    upload_id = read_file(cloud, "x.csv", mapped_table(20))

    shown = ingest("show", upload_id).stdout
    [listed] = json.loads(ingest("list", "-o", "json").stdout)

    counts = {"rows": 20, "accepted": 14, "ignored": 4, "rejected": 2, "events": 30}
    for name, count in counts.items():
        assert f"{name}: {count}\n" in shown
    assert counts.items() >= {name: listed[name] for name in counts if name != "accepted"}.items()


def test_a_refused_file_is_shown_with_what_would_be_right(cloud: Cloud, ingest: Ingest) -> None:
    upload_id = read_file(cloud, "x.csv", "contract_id,colour\n")

    result = ingest("show", upload_id, "--source", "sourceB")

    assert "refused" in result.stdout
    assert re.search(r"refused +0 +0 +unknown_column", ingest("list").stdout)
    assert "Refused: unknown_column: no field for 'colour'" in message(result)


def test_an_upload_without_a_report_is_shown(cloud: Cloud, ingest: Ingest) -> None:
    record = cloud.drop("x.csv", table(1))
    give_up(cloud, record=record)

    result = ingest("show", keys_of(record).upload_id)

    assert result.exit_code == 0, result.output
    assert "stuck" in result.stdout
    assert f"ingest files retry {keys_of(record).upload_id}" in message(result)


@pytest.mark.parametrize("to", ["-", "rows.jsonl"])
def test_all_rejected_rows_are_written_as_json_lines(
    cloud: Cloud, ingest: Ingest, tmp_path: Path, to: str
) -> None:
    limit(cloud, part_rows=4)
    upload_id = read_file(cloud, "x.csv", table(30, bad=lambda n: n % 2 == 0))
    file = str(tmp_path / to) if to != "-" else to

    result = ingest("show", upload_id, "--rejected", "--to", file)

    text = result.stdout if to == "-" else (tmp_path / to).read_text()
    rows = [json.loads(line) for line in text.splitlines()]
    assert [row["row"][0] for row in rows] == [f"c-{n}" for n in range(2, 31, 2)]
    assert rows[0]["line"] == 3
    assert rows[0]["errors"][0]["field"] == "contract_type"


def test_the_name_of_a_file_means_its_newest_upload(cloud: Cloud, ingest: Ingest) -> None:
    read_file(cloud, "x.csv", table(4))
    newest = read_file(cloud, "x.csv", table(4, bad=lambda n: n == 2))
    read_file(cloud, "y.csv", table(4))

    shown = json.loads(ingest("show", "x.csv", "-o", "json").stdout)
    rejected = ingest("show", "x.csv", "--rejected").stdout

    assert (shown["upload_id"], shown["rejected"]) == (newest, 1)
    assert json.loads(rejected)["row"][0] == "c-2"


def test_a_file_is_not_read_again_by_its_name(cloud: Cloud, ingest: Ingest) -> None:
    read_file(cloud, "x.csv", table(4))

    result = ingest("retry", "x.csv")

    assert result.exit_code == 3
    assert "'x.csv' is not the id of an upload" in message(result)


def test_rejected_rows_of_an_older_version_are_written(cloud: Cloud, ingest: Ingest) -> None:
    upload_id = read_file(cloud, "x.csv", table(1))
    row = {"line": 2, "errors": [], "row": ["x"]}
    write(cloud, f"rejected/sourceB/{upload_id}.jsonl", json.dumps(row).encode() + b"\n")

    assert json.loads(ingest("show", upload_id, "--rejected").stdout) == row


def test_personal_data_of_a_report_is_shown_on_request(
    cloud: Cloud, ingest: Ingest, checkout: Checkout, tmp_path_factory: pytest.TempPathFactory
) -> None:
    document = catalog_document()
    document["sources"]["sourceB"]["entities"] = ["PERSON"]
    with people.known(tmp_path_factory.mktemp("entities")):
        cloud.write_catalog(document)
        checkout.catalog_file.write_text(json.dumps(document))
        upload_id = read_file(cloud, "x.csv", f"person_id,email,salary\np-1,{CANARY},1\n")

        modes: list[list[str]] = [[], ["--rejected"]]
        hidden = [ingest("show", upload_id, *mode) for mode in modes]
        shown = [ingest("show", upload_id, "--show-personal", *mode) for mode in modes]

    assert all(result.exit_code == 0 for result in (*hidden, *shown))
    assert not any(CANARY in result.output for result in hidden)
    assert all("email" in result.output for result in hidden)
    assert all(CANARY in result.output for result in shown)


@pytest.mark.parametrize(
    ("days", "kept"), [(7, "expire after 7 days"), (None, "are kept until they are deleted")]
)
@pytest.mark.parametrize(
    ("command", "upload_id"), [("show", "0" * 32), ("show", "no id"), ("retry", "0" * 32)]
)
def test_a_missing_upload_is_reported_with_the_retention(
    ingest: Ingest, checkout: Checkout, command: str, upload_id: str, days: int | None, kept: str
) -> None:
    file = checkout.outputs_file("local")
    outputs: Json = json.loads(file.read_text())
    file.write_text(json.dumps(outputs | {"files_retention_days": days}))

    result = ingest(command, upload_id)

    assert result.exit_code == 3
    assert f"local has no upload '{upload_id}'" in message(result)
    assert kept in message(result)
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--to", "rows.jsonl"), "--to needs --rejected"),
        (("--to", "-"), "--to needs --rejected"),
        (("--rejected", "-o", "json"), "--rejected always writes JSON Lines: omit --output"),
    ],
    ids=" ".join,
)
def test_options_that_would_have_no_effect_are_refused(
    ingest: Ingest, options: tuple[str, ...], reason: str
) -> None:
    result = ingest("show", "0" * 32, *options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert message(result) == reason


def test_rejected_rows_are_written_to_a_file_that_only_its_owner_reads(
    cloud: Cloud, ingest: Ingest, tmp_path: Path
) -> None:
    upload_id = read_file(cloud, "x.csv", table(3, bad=lambda n: n == 2))
    file, unwritable = tmp_path / "rows.jsonl", tmp_path / "no folder" / "rows.jsonl"

    written = ingest("show", upload_id, "--rejected", "--to", str(file))
    refused = ingest("show", upload_id, "--rejected", "--to", str(unwritable))

    assert written.exit_code == 0, written.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert refused.exit_code == 2
    assert f"{unwritable}: No such file or directory" in message(refused)

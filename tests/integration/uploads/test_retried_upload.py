"""`ingest files retry` lets the platform read an uploaded file again. No row is stored twice."""

import json

import boto3

from ingestion.cli.checkout import Checkout
from tests.integration.cloud import Cloud, limit
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.dead_letters.failed_calls import Functions, give_up
from tests.integration.files.mapped_files.mapped import CONTRACT, MILESTONE, map_source
from tests.integration.files.mapped_files.mapped import table as mapped_table
from tests.integration.uploads.conftest import message
from tests.integration.uploads.retrying import read, refused, run_calls
from tests.support.factories import Json, catalog_document
from tests.support.files.dropped import keys_of, report_on, table


def audited() -> list[Json]:
    found = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    return [json.loads(line["message"]) for line in found]


def test_a_refused_file_is_read_again_after_its_cause_is_removed(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    record = refused(cloud)
    document = catalog_document()
    document["sources"]["sourceB"]["files"] = {"columns": {"Name": "contract_name"}}
    cloud.write_catalog(document)

    result = ingest("retry", keys_of(record).upload_id)

    assert result.exit_code == 0, result.output
    assert "ingest files show" in message(result)
    assert run_calls(cloud, functions).keys() == {"CONTRACT#c-1", "CONTRACT#c-2"}
    assert report_on(cloud, record)["state"] == "done"
    assert report_on(cloud, record)["refused"] == ""
    [line] = audited()
    assert (line["action"], line["state"]) == ("retry_file", "refused")
    assert line["upload_id"] == keys_of(record).upload_id


def test_a_file_whose_part_was_lost_is_read_again_and_stores_each_row_once(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    limit(cloud, part_rows=2)
    record = cloud.drop("x.csv", table(5, bad=lambda n: n == 4))
    cloud.extract(record)
    cloud.s3.delete_object(Bucket=cloud.bucket, Key=keys_of(record).part_key("extracted", 1))
    read(cloud, record)
    before = cloud.rows()
    assert report_on(cloud, record)["state"] == "unbalanced"

    result = ingest("retry", keys_of(record).upload_id)

    assert result.exit_code == 0, result.output
    after = run_calls(cloud, functions)
    assert len(before) == 2
    assert len(after) == 4
    assert {key: after[key] for key in before} == before
    report = report_on(cloud, record)
    assert (report["state"], report["rows"], report["published"]) == ("done", 5, 4)
    assert report["rejected"] == len(cloud.keys("rejected/")) == 1


def test_a_stuck_upload_is_read_again_and_its_failed_calls_are_dropped(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    record = cloud.drop("x.csv", table(3))
    cloud.extract(record)
    give_up(cloud, "inserter", {"s3": {"object": {"key": cloud.keys("extracted/")[0]}}})
    give_up(cloud)

    result = ingest("retry", keys_of(record).upload_id)

    assert result.exit_code == 0, result.output
    assert len(run_calls(cloud, functions)) == 3
    assert [line["action"] for line in audited()] == ["retry_file", "drop"]
    [other] = cloud._receive(cloud.files_failures_queue_url)
    assert "Vertr%C3%A4ge" in other["Body"]


def test_an_upload_whose_first_call_failed_is_read(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    record = cloud.drop("x.csv", table(3))
    give_up(cloud, record=record)

    assert ingest("retry", keys_of(record).upload_id).exit_code == 0
    assert len(run_calls(cloud, functions)) == 3


def test_a_file_that_is_done_is_read_again_with_force_and_changes_no_row(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    record = cloud.drop("x.csv", table(3))
    upload_id = read(cloud, record)
    before = cloud.rows()

    kept = ingest("retry", upload_id)
    forced = ingest("retry", upload_id, "--force")

    assert kept.exit_code == 2
    assert "is processed (done): to start again, pass --force" in message(kept)
    assert forced.exit_code == 0, forced.output
    assert run_calls(cloud, functions) == before
    assert report_on(cloud, record)["published"] == 3


def test_rows_that_other_rules_make_again_win_and_the_others_change_nothing(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    map_source(cloud, CONTRACT, MILESTONE)
    record = cloud.drop("x.csv", mapped_table(2).replace("Turbine 1", "-"))
    upload_id = read(cloud, record)
    ingest("retry", upload_id, "--force")
    before = run_calls(cloud, functions)
    fields = CONTRACT["fields"] | {"contract_name": {"value": "item.Name", "empty": ["-"]}}
    fields["contract_name"]["default"] = "unnamed"
    map_source(cloud, CONTRACT | {"fields": fields}, MILESTONE)

    ingest("retry", upload_id, "--force")
    after = run_calls(cloud, functions)
    ingest("retry", upload_id, "--force")

    assert run_calls(cloud, functions) == after
    assert before["CONTRACT#1"]["contract_name"] == "-"
    assert after["CONTRACT#1"]["contract_name"] == "unnamed"
    for key, row in before.items():
        assert row["_event"]["id"] == after[key]["_event"]["id"]
        assert "revision" not in row["_event"]
        assert after[key]["_event"]["revision"] == report_on(cloud, record)["revision"]
    assert report_on(cloud, record)["state"] == "done"


def test_rows_that_another_short_form_makes_again_win(
    cloud: Cloud, ingest: Ingest, functions: Functions
) -> None:
    header = "contract_id,contract_name,title,contract_type,contract_status"
    record = cloud.drop("x.csv", f"{header}\nc-1,A,B,goods,active\n")
    document = catalog_document()
    files = document["sources"]["sourceB"].setdefault("files", {})
    files |= {"ignore": ["title"]}
    cloud.write_catalog(document)
    upload_id = read(cloud, record)
    files |= {"ignore": ["contract_name"], "columns": {"title": "contract_name"}}
    cloud.write_catalog(document)

    ingest("retry", upload_id, "--force")

    assert run_calls(cloud, functions)["CONTRACT#c-1"]["contract_name"] == "B"
    assert report_on(cloud, record)["state"] == "done"


def test_a_file_of_a_source_that_was_added_to_the_catalog_is_read(
    cloud: Cloud, ingest: Ingest, functions: Functions, checkout: Checkout
) -> None:
    without = catalog_document()
    added = without["sources"].pop("sourceB")
    cloud.write_catalog(without)
    checkout.catalog_file.write_text(json.dumps(without))
    record = cloud.drop("x.csv", table(2))
    cloud.extract(record)
    upload_id = keys_of(record).upload_id

    unknown = ingest("retry", upload_id)
    without["sources"]["sourceB"] = added
    cloud.write_catalog(without)
    checkout.catalog_file.write_text(json.dumps(without))
    known = ingest("retry", upload_id)

    assert unknown.exit_code == 2
    assert "'sourceB' is no source of local: add the source to the catalog" in message(unknown)
    assert known.exit_code == 0, known.output
    assert len(run_calls(cloud, functions)) == 2
    listed = json.loads(ingest("list", "-o", "json").stdout)
    assert [(each["source"], each["state"]) for each in listed] == [("sourceB", "done")]

"""The rules of a source make events of the rows of its files, whatever fails in between."""

import json
from collections.abc import Callable
from typing import Any

from pydantic_core import to_json

from tests.integration.cloud import Cloud, limit
from tests.integration.conftest import Ingest
from tests.integration.files.contracts import drain
from tests.integration.files.mapped_files.mapped import (
    CONTRACT,
    MILESTONE,
    map_source,
    queued,
    table,
)
from tests.integration.files.mapped_files.mapped_runs import counted, made
from tests.support.canned import canned, intercept
from tests.support.files.dropped import report_on

IGNORE = "item.Name == '-'"


def test_each_row_makes_two_entities_is_ignored_or_fails_in_part(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    map_source(cloud, CONTRACT, MILESTONE, ignore=IGNORE)
    record = cloud.drop("x.csv", table(20))

    cloud.extract(record)
    cloud.insert()

    assert counts() == {
        "FileExtracted": 1,
        "RowAccepted": 14,
        "RowRejected": 2,
        "EventIgnored": 4,
        "EventAccepted": 30,
    }
    report = report_on(cloud, record)
    assert counted(report) == {
        "rows": 20,
        "accepted": 14,
        "ignored": 4,
        "rejected": 2,
        "events": 30,
        "published": 30,
    }
    assert report["state"] == "done"
    assert report["rejections"] == {"unmappable_item": 2}
    assert report["examples"][0]["message"] == (
        "rule 2 (MILESTONE), end_date: must be a date in the format %d.%m.%Y"
    )
    drain(cloud)
    assert len(cloud.listed("CONTRACT")) == 16
    assert cloud.rows()["MILESTONE#8/s"]["end_date"] == "2026-01-31"
    stored = cloud.rows()["CONTRACT#7"]
    assert stored["contract_name"] == "Turbine 7"
    assert stored["_event"]["mapping"] == report["mapping"]


def test_a_renamed_column_is_named_in_the_report_and_counted(
    cloud: Cloud, counts: Callable[[], dict[str, int]], run: Ingest
) -> None:
    map_source(cloud, CONTRACT, MILESTONE)
    record = cloud.drop("x.csv", table(2).replace("Due", "Deadline"))

    cloud.extract(record)
    cloud.insert()
    report = report_on(cloud, record)
    shown = run("files", "show", report["upload_id"]).output

    assert report["missing_columns"] == ["Due"]
    assert (report["accepted"], counts()["ColumnMissing"]) == (2, 1)
    assert (
        "Missing columns: Due. The rules read them, so the fields of these columns have no value"
    ) in " ".join(shown.split())


def test_a_file_that_is_delivered_twice_has_the_result_of_one(cloud: Cloud) -> None:
    map_source(cloud, CONTRACT, MILESTONE, ignore=IGNORE)
    limit(cloud, part_rows=4)
    record = cloud.drop("x.csv", table(20))

    cloud.extract(record)
    cloud.insert()
    once, report = made(cloud), report_on(cloud, record)
    cloud.extract(record, record)
    cloud.insert()

    assert made(cloud) == once
    assert report_on(cloud, record) == report
    assert len({event.id for event in queued(cloud)}) == report["events"] == 30


def test_a_report_of_an_older_version_counts_one_event_for_each_row(cloud: Cloud) -> None:
    limit(cloud, part_rows=10)
    rows = "".join(f"c-{n},T,goods,active\n" for n in range(25))
    record = cloud.drop("x.csv", f"contract_id,contract_name,contract_type,contract_status\n{rows}")
    intercept(
        cloud.extractor_runtime.lambda_client, "Invoke", lambda _: canned({"StatusCode": 202}, 202)
    )
    cloud.extract(record, seconds=50)
    new = ("events", "ignored", "results_of_next_row", "mapping", "revision")
    begun: dict[str, Any] = {n: v for n, v in report_on(cloud, record).items() if n not in new}
    [key] = cloud.keys("reports/")
    cloud.s3.put_object(Bucket=cloud.bucket, Key=key, Body=json.dumps(begun).encode())

    cloud.extract(record)
    cloud.insert()

    report = report_on(cloud, record)
    assert begun["rows"] == 10
    assert report["state"] == "done"
    assert report["rows"] == report["events"] == report["published"] == 25
    assert report["revision"] is None


def test_a_bad_event_id_rejects_its_row_alone(cloud: Cloud) -> None:
    map_source(cloud, CONTRACT | {"event_id": "item.Event"})
    valid = {"Name": "Turbine", "State": "open"}
    rows = [valid | {"No": f"c-{n}", "Event": f"e-{n}"} for n in range(3)]
    rows[1]["Event"] = "a\nb"

    record = cloud.drop("x.jsonl", b"\n".join(map(to_json, rows)))
    cloud.extract(record)
    cloud.insert()

    report = report_on(cloud, record)
    assert report["state"] == "done"
    assert report["rejections"] == {"unmappable_item": 1}
    assert [event.id for event in queued(cloud)] == ["e-0", "e-2"]

"""The rules of a source make events of the rows of its files, whatever fails in between."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic_core import to_json

from tests.integration.cloud import Cloud, limit
from tests.integration.files.contracts import drain
from tests.integration.files.mapped import CONTRACT, MILESTONE, map_source, queued, table
from tests.support.canned import canned, intercept
from tests.support.factories import Json
from tests.support.files.continued import extract_in_runs
from tests.support.files.dropped import report_on

IGNORE = "item.Name == '-'"
STEPS: Json = {
    "entity": "MILESTONE",
    "each": "payload.steps",
    "id": ["parent.No", "item.id"],
    "fields": {"contract_id": "parent.No", "end_date": "item.due"},
}


def counted(report: Json) -> dict[str, int]:
    """Return the counts of a report."""
    names = ("rows", "accepted", "ignored", "rejected", "events", "published")
    return {name: report[name] for name in names}


def made(cloud: Cloud) -> dict[str, bytes]:
    """Return the objects made from uploads, except the reports."""
    prefixes = ("extracted/", "rejected/", "inserted/")
    return {key: cloud.content(key) for prefix in prefixes for key in cloud.keys(prefix)}


def nested(rows: int) -> bytes:
    """Return JSON Lines in which the row of number n has n steps. The third step is invalid."""
    return b"".join(
        to_json(
            {
                "No": f"c-{row}",
                "Name": "Turbines",
                "State": "open",
                "steps": [
                    {"id": step, "due": "soon" if step == 3 else "2026-01-31"}
                    for step in range(1, row + 1)
                ],
            }
        )
        + b"\n"
        for row in range(1, rows + 1)
    )


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


class Killed(BaseException):
    """Ends the process of the function, so no error handler sees it."""


@pytest.mark.parametrize("limits", [{"part_rows": 4}, {"part_bytes": 1_500}], ids=str)
def test_a_crash_at_any_write_has_the_result_of_one_run_though_parts_end_within_rows(
    cloud: Cloud, limits: dict[str, int]
) -> None:
    map_source(cloud, CONTRACT, STEPS)
    limit(cloud, **limits)
    record = cloud.drop("x.jsonl", nested(5))
    cloud.extract(record)
    cloud.insert()
    expected, clean = made(cloud), report_on(cloud, record)
    left = [0]

    def count(_: Json) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    intercept(cloud.extractor_runtime.extraction.bucket.s3, "PutObject", count)
    for call in range(40):
        for key in cloud.keys(""):
            if not key.startswith("uploads/"):
                cloud.s3.delete_object(Bucket=cloud.bucket, Key=key)
        left[0] = call
        try:
            cloud.extract(record)
        except Killed:
            left[0] = 1_000
            cloud.extract(record)
            cloud.insert()
        else:
            break
        assert made(cloud) == expected
        assert counted(report_on(cloud, record)) == counted(clean)
    else:
        pytest.fail("every run was killed")

    assert counted(clean) == {
        "rows": 5,
        "accepted": 2,
        "ignored": 0,
        "rejected": 3,
        "events": 17,
        "published": 17,
    }
    assert clean["state"] == "done"


def test_a_run_that_ends_within_a_row_is_continued_there(cloud: Cloud) -> None:
    map_source(cloud, CONTRACT, STEPS)
    limit(cloud, part_rows=4)
    record = cloud.drop("x.jsonl", nested(6))
    cloud.extract(record)
    expected = made(cloud)
    for key in cloud.keys(""):
        if not key.startswith("uploads/"):
            cloud.s3.delete_object(Bucket=cloud.bucket, Key=key)

    reports = [report_on(cloud, record) for _ in extract_in_runs(cloud, record)]

    positions = [(report["rows"], report["results_of_next_row"]) for report in reports[:-1]]
    assert made(cloud) == expected
    assert any(results for _, results in positions)
    assert positions == sorted(positions)


def test_rules_that_change_between_two_runs_begin_with_a_whole_row(cloud: Cloud) -> None:
    map_source(cloud, CONTRACT, STEPS)
    limit(cloud, part_rows=4)
    record = cloud.drop("x.jsonl", nested(6))
    intercept(
        cloud.extractor_runtime.lambda_client, "Invoke", lambda _: canned({"StatusCode": 202}, 202)
    )
    while not (found := report_on(cloud, record) if cloud.keys("reports/") else {}).get(
        "results_of_next_row"
    ):
        cloud.extract(record, seconds=50)

    map_source(cloud, STEPS, CONTRACT)
    cloud.extract(record)
    cloud.insert()

    report = report_on(cloud, record)
    assert report["state"] == "done"
    assert report["mapping"] != found["mapping"]
    assert report["revision"] > found["started_at"]
    drain(cloud)
    assert len(cloud.listed("CONTRACT")) == 6
    assert len(cloud.listed("MILESTONE")) == 17


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

"""A mapped file that is read in several runs, or again after a crash, has the result of one run."""

import pytest
from pydantic_core import to_json

from tests.integration.cloud import Cloud, limit
from tests.integration.files.contracts import drain
from tests.integration.files.mapped_files.mapped import CONTRACT, map_source
from tests.integration.files.mapped_files.mapped_runs import counted, made
from tests.support.canned import canned, intercept
from tests.support.factories import Json
from tests.support.files.continued import extract_in_runs
from tests.support.files.dropped import report_on

STEPS: Json = {
    "entity": "MILESTONE",
    "each": "payload.steps",
    "id": ["parent.No", "item.id"],
    "fields": {"contract_id": "parent.No", "end_date": "item.due"},
}


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
